package org.allodium.portal.usage;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import java.util.List;
import java.util.stream.Collectors;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.PlaceTag;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.Residency;

/// Requests with what they used, cost and where they ran.
final class RequestTable extends Div {
    private final Residency residency;

    RequestTable(List<SettledRequest> rows, Visit visit, Figures figures, Residency residency) {
        this.residency = residency;
        add(
                new Table<SettledRequest>(say("usage.requests"))
                        .column(say("usage.time"), row -> time(row, visit, figures))
                        .text(say("shell.project"), SettledRequest::project)
                        .optional()
                        .text(
                                say("usage.key"),
                                row ->
                                        row.keyName().isBlank()
                                                ? say("receipt.by-portal")
                                                : row.keyName())
                        .optional()
                        .text(say("models.model"), SettledRequest::model)
                        .column(say("receipt.place"), this::place)
                        .optional()
                        .number(say("usage.tokens"), row -> tokens(row, figures))
                        .number(say("usage.cost"), row -> figures.money(row.cost()))
                        .text(say("usage.payers"), RequestTable::payers)
                        .optional()
                        .column(say("usage.outcome"), RequestTable::outcome)
                        .optional()
                        .rows(rows));
    }

    private static Component time(SettledRequest row, Visit visit, Figures figures) {
        return new Anchor(visit.path("receipts/" + row.requestId()), new When(row.at(), figures));
    }

    private Component place(SettledRequest row) {
        return residency
                .place(new PoolId(row.pool()))
                .<Component>map(place -> new PlaceTag(place.country(), place.facility()))
                .orElseGet(() -> new Span(row.pool()));
    }

    private static String tokens(SettledRequest row, Figures figures) {
        return figures.number(row.inputTokens()) + " · " + figures.number(row.outputTokens());
    }

    private static String payers(SettledRequest row) {
        return row.payments().stream()
                .map(SettledRequest.Payment::funder)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static Component outcome(SettledRequest row) {
        if (row.outcome() == Settlement.Outcome.COMPLETED) {
            return row.fromCache()
                    ? new Chip(say("playground.from-cache"), Chip.Tone.PLAIN)
                    : new Chip(Names.of(row.outcome()), Chip.Tone.GOOD);
        }
        return new Chip(Names.of(row.outcome()), Chip.Tone.WARN);
    }
}
