package org.allodium.portal.staff;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import java.util.List;
import org.allodium.billing.Nodes;
import org.allodium.portal.models.ModelTable;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.text.Figures;
import org.allodium.serving.NodeListing;

/// The servers, whether they live, and what each of them computes.
final class NodesTable extends Div {
    NodesTable(List<NodeListing.Entry> nodes, Figures figures) {
        add(
                new Table<NodeListing.Entry>(say("desk.nodes"))
                        .column(say("desk.nodes.node"), NodesTable::name)
                        .column(say("models.state"), entry -> state(entry.node().state()))
                        .column(
                                say("desk.nodes.since"),
                                entry -> new When(entry.node().since(), figures))
                        .column(say("desk.nodes.computes"), NodesTable::copies)
                        .rows(nodes));
    }

    private static Component name(NodeListing.Entry entry) {
        var name = new Div(ModelTable.name(entry.node().name()));
        if (entry.own()) {
            name.add(quiet(say("desk.nodes.here")));
        }
        return name;
    }

    private static Chip state(Nodes.State state) {
        return switch (state) {
            case LIVES -> new Chip(say("desk.nodes.lives"), Chip.Tone.GOOD);
            case SILENT -> new Chip(say("desk.nodes.silent"), Chip.Tone.BAD);
            case ENDED -> new Chip(say("desk.nodes.ended"), Chip.Tone.QUIET);
        };
    }

    private static Component copies(NodeListing.Entry entry) {
        var copies = new Div();
        for (var copy : entry.copies()) {
            var place = new Span(copy.place().replace("@", " · "));
            copies.add(
                    new Div(
                            place,
                            quiet(
                                    copy.runs()
                                            ? copy.words()
                                            : say("desk.nodes.fails", copy.words()))));
        }
        return entry.copies().isEmpty() ? quiet(say("desk.nodes.nothing")) : copies;
    }

    private static Span quiet(String text) {
        var line = new Span(text);
        line.addClassName("quiet-line");
        return line;
    }
}
