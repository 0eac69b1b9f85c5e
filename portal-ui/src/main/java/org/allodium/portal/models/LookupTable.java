package org.allodium.portal.models;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import java.util.List;
import org.allodium.corpus.Corpora;
import org.allodium.portal.parts.PlaceTag;
import org.allodium.portal.parts.Table;
import org.allodium.serving.ModelListing;

/// What deployments look up before they answer, and who reads the request for it, where.
final class LookupTable extends Div {
    private record Row(String model, ModelListing.Lookup lookup) {}

    LookupTable(List<ModelListing.Entry> entries) {
        add(
                new Table<Row>(say("models.lookups"))
                        .column(say("models.model"), row -> ModelTable.name(row.model()))
                        .column(
                                say("models.lookups.place"),
                                row -> new PlaceTag(row.lookup().place()))
                        .column(say("models.lookups.corpus"), row -> corpus(row.lookup().corpus()))
                        .text(say("models.lookups.encoder"), row -> row.lookup().encoder())
                        .column(
                                say("models.lookups.encoder-place"),
                                row -> new PlaceTag(row.lookup().encoderPlace()))
                        .rows(rows(entries)));
    }

    private static List<Row> rows(List<ModelListing.Entry> entries) {
        return entries.stream()
                .flatMap(
                        entry ->
                                entry.lookups().stream()
                                        .map(lookup -> new Row(entry.model().name(), lookup)))
                .toList();
    }

    private static Component corpus(String name) {
        return name.equals(Corpora.HANDBOOK)
                ? new Anchor("handbook", say("nav.handbook"))
                : new Span(name);
    }
}
