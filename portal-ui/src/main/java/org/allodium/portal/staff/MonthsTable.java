package org.allodium.portal.staff;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.allodium.billing.Month;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.text.Figures;
import org.jspecify.annotations.Nullable;

/// The months, what was done with each, when and by whom, and what the reader may do.
final class MonthsTable extends Div {
    private final Figures figures;

    /// @param export null where the reader may not
    /// @param move null where the reader may not
    MonthsTable(
            List<Month> months,
            Figures figures,
            @Nullable Consumer<Month> export,
            @Nullable Consumer<Month> move) {
        this.figures = figures;
        var table =
                new Table<Month>(say("months.title"))
                        .column(say("months.month"), this::name)
                        .column(say("models.state"), month -> state(month.state()))
                        .number(say("months.size"), month -> bytes(month.bytes(), figures))
                        .optional()
                        .column(say("months.last-export"), month -> act(month.exported()))
                        .column(say("months.last-move"), month -> act(month.moved()));
        if (export != null || move != null) {
            table.column(say("months.doors"), month -> doors(month, export, move));
        }
        add(table.rows(months));
    }

    static String name(YearMonth month, Figures figures) {
        return DateTimeFormatter.ofPattern("LLLL yyyy", figures.locale()).format(month);
    }

    static String bytes(long bytes, Figures figures) {
        var figure = figures.compact(bytes);
        // Small ones have no unit to which the letter belongs.
        return say("months.bytes", figure.contains(" ") ? figure : figure + " ");
    }

    private Component name(Month month) {
        var name = new Span(name(month.month(), figures));
        name.addClassName("model-name");
        return new Div(name, quiet(month.month().toString()));
    }

    private static Chip state(Month.State state) {
        return switch (state) {
            case CURRENT -> new Chip(say("months.current"), Chip.Tone.PLAIN);
            case ATTACHED -> new Chip(say("months.there"), Chip.Tone.GOOD);
            case DETACHED -> new Chip(say("months.away"), Chip.Tone.QUIET);
        };
    }

    private Component act(Optional<Month.Act> act) {
        return act.<Component>map(
                        done ->
                                new Div(
                                        new When(done.at(), figures),
                                        quiet(say("months.by", done.name().orElse(done.actor())))))
                .orElseGet(() -> quiet(say("months.never")));
    }

    private Component doors(
            Month month, @Nullable Consumer<Month> export, @Nullable Consumer<Month> move) {
        var doors = new Div();
        doors.addClassName("actions");
        if (export != null && month.state() == Month.State.ATTACHED) {
            doors.add(door("months.export", month, export));
        }
        if (move != null && month.state() != Month.State.CURRENT) {
            var away = month.state() == Month.State.DETACHED;
            doors.add(door(away ? "months.attach" : "months.detach", month, move));
        }
        return doors;
    }

    private Button door(String key, Month month, Consumer<Month> action) {
        var button = Buttons.quiet(say(key), () -> action.accept(month));
        button.setAriaLabel(say(key) + ", " + name(month.month(), figures));
        return button;
    }

    private static Span quiet(String text) {
        var line = new Span(text);
        line.addClassName("quiet-line");
        return line;
    }
}
