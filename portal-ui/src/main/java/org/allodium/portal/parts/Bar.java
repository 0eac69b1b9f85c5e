package org.allodium.portal.parts;

import com.vaadin.flow.component.html.Div;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/// A thin bar whose segments are parts of a whole, in the order of the chart colours.
public final class Bar extends Div {
    public Bar(BigDecimal whole, List<BigDecimal> parts, String description) {
        addClassName("bar");
        getElement().setAttribute("role", "img");
        getElement().setAttribute("aria-label", description);
        setTitle(description);
        for (var part : parts) {
            var segment = new Div();
            segment.addClassName("segment");
            segment.getStyle().set("--share", share(part, whole));
            add(segment);
        }
    }

    static String share(BigDecimal part, BigDecimal whole) {
        if (whole.signum() <= 0) {
            return "0%";
        }
        var percent = part.movePointRight(2).divide(whole, 2, RoundingMode.HALF_EVEN);
        return percent.max(BigDecimal.ZERO).min(BigDecimal.valueOf(100)).toPlainString() + "%";
    }
}
