package org.allodium.portal.usage;

import com.vaadin.flow.router.QueryParameters;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.allodium.billing.SettledRequest;
import org.allodium.portal.parts.ListPage;

/// Which requests a reader wants to see, as the address says. Empty texts and 0 days mean all.
record UsageFilter(String model, int days, int page) {
    static UsageFilter of(QueryParameters parameters) {
        return new UsageFilter(
                parameters.getSingleParameter("model").orElse(""),
                days(parameters.getSingleParameter("days")),
                ListPage.number(parameters));
    }

    private static int days(Optional<String> text) {
        return text.filter(digits -> digits.matches("\\d{1,6}")).map(Integer::parseInt).orElse(0);
    }

    boolean matches(SettledRequest request) {
        return model.isEmpty() || model.equals(request.model());
    }

    /// Nothing older is wanted.
    Instant from(Instant now) {
        return days == 0 ? Instant.EPOCH : now.minus(Duration.ofDays(days));
    }

    boolean everything() {
        return model.isEmpty() && days == 0;
    }

    UsageFilter onPage(int wanted) {
        return new UsageFilter(model, days, wanted);
    }

    UsageFilter ofModel(String wanted) {
        return new UsageFilter(wanted, days, 0);
    }

    UsageFilter ofDays(int wanted) {
        return new UsageFilter(model, wanted, 0);
    }

    String address() {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("model", model);
        parameters.put("days", days == 0 ? "" : String.valueOf(days));
        parameters.put("page", page == 0 ? "" : String.valueOf(page));
        var query =
                parameters.entrySet().stream()
                        .filter(parameter -> !parameter.getValue().isEmpty())
                        .map(UsageFilter::encoded)
                        .collect(Collectors.joining("&"));
        return query.isEmpty() ? "usage" : "usage?" + query;
    }

    private static String encoded(Map.Entry<String, String> parameter) {
        return parameter.getKey()
                + "="
                + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8);
    }
}
