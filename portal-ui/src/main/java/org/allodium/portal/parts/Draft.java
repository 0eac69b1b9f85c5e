package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.HasValue;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.combobox.ComboBox;
import com.vaadin.flow.component.datepicker.DatePicker;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.BigDecimalField;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.component.textfield.TextField;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// What was typed into a form and not sent. It lies in the reader's browser, encrypted for the
/// person who typed it, and never at the server: a question to a model is nobody else's text
/// (decision 0131). The browser keeps fields as texts; here they become values again.
final class Draft {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String name;
    private final Form form;
    private final Map<String, Component> fields;
    private final Div notice = new Div();

    Draft(String name, Form form, Map<String, Component> fields) {
        this.name = name;
        this.form = form;
        this.fields = fields;
        notice.addClassNames("draft", "d");
        notice.setVisible(false);
        notice.getElement().setAttribute("role", "status");
        notice.add(
                new Span(say("draft.restored")),
                Buttons.quiet(say("draft.discard"), this::discard));
        form.addComponentAsFirst(notice);
    }

    /// Asks the browser for an earlier draft, and to keep what is typed from now on.
    void begin() {
        form.getElement()
                .executeJs("return window.allodium.drafts.begin(this, $0)", name)
                .then(String.class, this::restore);
    }

    void end() {
        notice.setVisible(false);
        UI.getCurrent().getPage().executeJs("window.allodium.drafts.end($0)", name);
    }

    private void discard() {
        fields.values().forEach(Draft::clear);
        form.discard();
    }

    private static void clear(Component field) {
        if (field instanceof HasValue<?, ?> value) {
            value.clear();
        }
    }

    private void restore(String kept) {
        if (kept == null || kept.isEmpty()) {
            return;
        }
        JSON.readTree(kept)
                .properties()
                .forEach(
                        entry -> {
                            var field = fields.get(entry.getKey());
                            if (field != null && !entry.getValue().asString("").isEmpty()) {
                                put(field, entry.getValue().asString(""));
                            }
                        });
        form.getElement().executeJs("window.allodium.drafts.restored(this)");
        notice.setVisible(true);
        form.restored();
    }

    /// A text that no longer fits its field is left out: the rest is worth having.
    private static void put(Component field, String text) {
        switch (field) {
            case TextField one -> one.setValue(text);
            case TextArea one -> one.setValue(text);
            case BigDecimalField one -> amount(text).ifPresent(one::setValue);
            case DatePicker one -> day(text).ifPresent(one::setValue);
            case Select<?> one -> choose(one, text);
            case ComboBox<?> one -> choose(one, text);
            case RadioButtonGroup<?> one -> choose(one, text);
            default -> {}
        }
    }

    private static <T> void choose(Select<T> field, String label) {
        named(field.getListDataView().getItems(), field.getItemLabelGenerator()::apply, label)
                .ifPresent(field::setValue);
    }

    private static <T> void choose(ComboBox<T> field, String label) {
        named(field.getListDataView().getItems(), field.getItemLabelGenerator()::apply, label)
                .ifPresent(field::setValue);
    }

    private static <T> void choose(RadioButtonGroup<T> field, String position) {
        if (position.matches("\\d{1,3}")) {
            field.getListDataView()
                    .getItems()
                    .skip(Long.parseLong(position))
                    .findFirst()
                    .ifPresent(field::setValue);
        }
    }

    private static <T> Optional<T> named(
            Stream<T> items, java.util.function.Function<T, String> label, String wanted) {
        return items.filter(item -> label.apply(item).equals(wanted)).findFirst();
    }

    static Optional<BigDecimal> amount(String text) {
        var plain = text.replace(',', '.');
        return plain.matches("-?\\d{1,15}(\\.\\d{1,15})?")
                ? Optional.of(new BigDecimal(plain))
                : Optional.empty();
    }

    private static Optional<LocalDate> day(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
