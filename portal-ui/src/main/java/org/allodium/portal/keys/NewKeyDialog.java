package org.allodium.portal.keys;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.combobox.MultiSelectComboBox;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.TextField;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.allodium.identity.IssueKey;
import org.allodium.portal.parts.Form;
import org.allodium.portal.parts.FormDialog;

/// Asks for a key's name, validity and models.
final class NewKeyDialog {
    record Wish(String name, Duration validFor, Set<String> models) {
        Wish {
            models = Set.copyOf(models);
        }
    }

    private static final List<Integer> DAYS = List.of(7, 30, 90, 180, 365);

    private final TextField name = new TextField(say("keys.name"));
    private final Select<Integer> validity = new Select<>();
    private final MultiSelectComboBox<String> models =
            new MultiSelectComboBox<>(say("keys.models"));
    private final FormDialog dialog;

    NewKeyDialog(List<String> usable, Consumer<Wish> issue) {
        name.setRequiredIndicatorVisible(true);
        name.setHelperText(say("keys.name.help"));
        name.setMaxLength(80);
        validity.setLabel(say("keys.validity"));
        validity.setItems(DAYS);
        validity.setItemLabelGenerator(days -> say("keys.validity.days", days));
        validity.setValue((int) IssueKey.DEFAULT_VALIDITY.toDays());
        models.setItems(usable);
        models.setHelperText(say("keys.models.help"));
        var form =
                new Form()
                        .wide("name", name)
                        .field("validFor", validity)
                        .field("allowedModels", models);
        dialog =
                new FormDialog(
                        say("keys.new"),
                        form,
                        say("keys.create"),
                        () ->
                                issue.accept(
                                        new Wish(
                                                name.getValue().strip(),
                                                Duration.ofDays(validity.getValue()),
                                                models.getValue())));
    }

    void open() {
        dialog.open();
        name.focus();
    }
}
