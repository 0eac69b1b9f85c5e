package org.allodium.portal.models;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import java.util.List;
import org.allodium.billing.ModelPrice;
import org.allodium.catalog.Model;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.PlaceTag;
import org.allodium.portal.parts.Table;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;
import org.allodium.serving.ModelListing;

/// Models with state, place, operator, openness and price.
public final class ModelTable extends Div {
    public ModelTable(List<ModelListing.Entry> entries, Figures figures) {
        add(
                new Table<ModelListing.Entry>(say("models.table"))
                        .column(say("models.model"), ModelTable::name)
                        .column(say("models.state"), entry -> chip(entry.state()))
                        .column(say("models.place"), ModelTable::places)
                        .text(say("models.openness"), ModelTable::openness)
                        .optional()
                        .number(say("models.waiting"), entry -> figures.number(entry.waiting()))
                        .optional()
                        .number(
                                say("models.price"),
                                entry ->
                                        entry.price()
                                                .map(price -> price(price, entry.model(), figures))
                                                .orElse(say("models.unpriced")))
                        .rows(entries));
    }

    public static String price(ModelPrice price, Model model, Figures figures) {
        var in = figures.price(price.inputPerMillion());
        return model.modality() == Model.Modality.TEXT
                ? in + " · " + figures.price(price.outputPerMillion())
                : in;
    }

    public static Chip chip(Model.State state) {
        return new Chip(
                Names.of(state),
                switch (state) {
                    case READY -> Chip.Tone.GOOD;
                    case STARTING -> Chip.Tone.WARN;
                    case OFFLINE -> Chip.Tone.QUIET;
                    case FAILED -> Chip.Tone.BAD;
                });
    }

    public static Component places(ModelListing.Entry entry) {
        var places = new Div();
        places.addClassName("places");
        entry.places().forEach(place -> places.add(new PlaceTag(place)));
        if (entry.places().isEmpty()) {
            places.add(new Span(say("models.nowhere")));
        }
        return places;
    }

    public static Span name(String model) {
        var name = new Span(model);
        name.addClassName("model-name");
        return name;
    }

    private static Component name(ModelListing.Entry entry) {
        var kind = new Span(Names.of(entry.model().modality()));
        kind.addClassName("quiet-line");
        return new Div(name(entry.model().name()), kind);
    }

    private static String openness(ModelListing.Entry entry) {
        return Names.openness(entry.model().passport().openness());
    }
}
