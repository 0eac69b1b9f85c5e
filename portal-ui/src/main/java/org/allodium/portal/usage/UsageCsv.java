package org.allodium.portal.usage;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.allodium.billing.SettledRequest;

/// Requests as CSV (RFC 4180), the same in every language: dots in numbers, times in UTC.
final class UsageCsv {
    static final String HEADER =
            "request,time,project,key,model,pool,input_tokens,output_tokens,from_cache,outcome,cost,currency,paid_by\r\n";

    private UsageCsv() {}

    static String line(SettledRequest request) {
        var payers =
                request.payments().stream()
                        .map(
                                payment ->
                                        payment.funder()
                                                + " "
                                                + payment.amount()
                                                        .amount()
                                                        .stripTrailingZeros()
                                                        .toPlainString())
                        .collect(Collectors.joining("; "));
        return List.of(
                                request.requestId(),
                                request.at().toString(),
                                request.project(),
                                request.keyName(),
                                request.model(),
                                request.pool(),
                                String.valueOf(request.inputTokens()),
                                String.valueOf(request.outputTokens()),
                                String.valueOf(request.fromCache()),
                                request.outcome().name().toLowerCase(Locale.ROOT),
                                request.cost().amount().stripTrailingZeros().toPlainString(),
                                request.cost().currency().getCurrencyCode(),
                                payers)
                        .stream()
                        .map(UsageCsv::cell)
                        .collect(Collectors.joining(","))
                + "\r\n";
    }

    // A cell that a spreadsheet would take for a formula is made text by a leading apostrophe.
    static String cell(String text) {
        var safe = text.matches("^[=+@\\t\\r-].*") ? "'" + text : text;
        return safe.matches("(?s).*[\",\\r\\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
