package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeDetails;
import com.vaadin.flow.component.html.Span;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.allodium.kernel.Money;
import org.allodium.portal.text.Figures;

/// Spending per day, stacked by funder: drawn on the server, with a legend and the same figures as
/// a table for whoever cannot see the drawing.
public final class SpendChart extends Div {
    private static final int WIDE = 640;
    private static final int NARROW = 330;
    private static final int BASE = 170;
    private static final int TOP = 20;
    private static final int DIGIT = 7;
    private static final int COLOURS = 5;

    private final SpendSeries series;
    private final Figures figures;
    private final BigDecimal ceiling;
    private final int left;

    public SpendChart(String description, SpendSeries series, Figures figures) {
        this.series = series;
        this.figures = figures;
        ceiling = ceiling(series.highest());
        left = 14 + DIGIT * figures.axis(third(ceiling, 2)).length();
        addClassName("chart");
        var drawing = new Div();
        drawing.getElement().setProperty("innerHTML", svg("wide", WIDE) + svg("narrow", NARROW));
        drawing.getElement().setAttribute("role", "img");
        drawing.getElement().setAttribute("aria-label", description);
        add(drawing, legend(), new NativeDetails(say("chart.as-table"), table(description)));
    }

    private Div legend() {
        var legend = new Div();
        legend.addClassName("legend");
        var funders = series.funders();
        for (var i = 0; i < funders.size(); i++) {
            var dot = new Span();
            dot.addClassName("dot");
            dot.getStyle().set("color", colour(i));
            var share = figures.percent(series.total(funders.get(i)), series.total());
            legend.add(new Span(dot, new Span(funders.get(i) + " " + share)));
        }
        return legend;
    }

    private Table<LocalDate> table(String description) {
        var table = new Table<LocalDate>(description).text(say("chart.day"), figures::day);
        for (var funder : series.funders()) {
            table.number(
                    funder + ", EUR",
                    day -> figures.amount(new Money(series.of(day, funder), Money.EUR)));
        }
        return table.rows(
                series.days().stream().filter(day -> series.of(day).signum() > 0).toList());
    }

    private String svg(String kind, int width) {
        var text = new StringBuilder();
        text.append(
                "<svg class=\""
                        + kind
                        + "\" viewBox=\"0 0 "
                        + width
                        + " 190\" aria-hidden=\"true\">");
        for (var step = 0; step <= 3; step++) {
            line(text, step, width);
        }
        var days = series.days();
        var pitch = (width - left - 4.0) / Math.max(1, days.size());
        for (var i = 0; i < days.size(); i++) {
            bars(text, days.get(i), left + 2 + i * pitch, pitch);
            if (i == 0 || i == days.size() / 2 || i == days.size() - 1) {
                label(text, days.get(i), left + 2 + i * pitch + pitch / 2, i == days.size() - 1);
            }
        }
        return text.append("</svg>").toString();
    }

    private void line(StringBuilder text, int step, int width) {
        var y = BASE - step * (BASE - TOP) / 3;
        var value = third(ceiling, step);
        text.append(
                "<line x1=\""
                        + left
                        + "\" x2=\""
                        + width
                        + "\" y1=\""
                        + y
                        + "\" y2=\""
                        + y
                        + "\" stroke=\"var(");
        text.append(step == 0 ? "--line-2" : "--line").append(")\"/>");
        text.append("<text x=\"" + (left - 6) + "\" y=\"" + (y + 4) + "\" text-anchor=\"end\">");
        text.append(step == 0 ? "0" : figures.axis(value)).append("</text>");
    }

    private void bars(StringBuilder text, LocalDate day, double x, double pitch) {
        var y = (double) BASE;
        var funders = series.funders();
        for (var i = 0; i < funders.size(); i++) {
            var value = series.of(day, funders.get(i));
            var height = value.doubleValue() / ceiling.doubleValue() * (BASE - TOP);
            if (height <= 0) {
                continue;
            }
            y -= height;
            text.append(
                    String.format(
                            Locale.ROOT,
                            "<rect x=\"%.1f\" y=\"%.2f\" width=\"%.1f\" height=\"%.2f\" fill=\"%s\"/>",
                            x,
                            y,
                            pitch * 0.66,
                            height,
                            colour(i)));
        }
    }

    private void label(StringBuilder text, LocalDate day, double x, boolean last) {
        text.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"187\" text-anchor=\"%s\">%s</text>",
                        x,
                        last ? "end" : "middle",
                        figures.day(day)));
    }

    private static BigDecimal third(BigDecimal whole, int parts) {
        return whole.multiply(BigDecimal.valueOf(parts))
                .divide(BigDecimal.valueOf(3), 12, RoundingMode.HALF_EVEN);
    }

    private static String colour(int index) {
        return "var(--c" + (index % COLOURS + 1) + ")";
    }

    /// The next round figure that three equal steps divide well: 3, 6 or 15 times a power of ten.
    static BigDecimal ceiling(BigDecimal highest) {
        if (highest.signum() == 0) {
            return BigDecimal.valueOf(3);
        }
        var power = BigDecimal.ONE.movePointRight(highest.precision() - highest.scale() - 1);
        for (var factor : List.of("1.5", "3", "6", "9", "15")) {
            var candidate = power.multiply(new BigDecimal(factor));
            if (candidate.compareTo(highest) >= 0) {
                return candidate;
            }
        }
        return power.multiply(BigDecimal.valueOf(15));
    }
}
