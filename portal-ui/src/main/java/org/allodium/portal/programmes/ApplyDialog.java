package org.allodium.portal.programmes;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.BigDecimalField;
import com.vaadin.flow.component.textfield.TextArea;
import java.util.function.Consumer;
import org.allodium.billing.FieldOfScience;
import org.allodium.billing.Programme;
import org.allodium.billing.SubmitApplication;
import org.allodium.kernel.Money;
import org.allodium.portal.parts.Form;
import org.allodium.portal.parts.FormDialog;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;

/// The short form of an application.
final class ApplyDialog {
    private static final int LONG_TEXT = 2000;

    private final TextArea purpose = new TextArea(say("apply.purpose"));
    private final Select<FieldOfScience> field = new Select<>();
    private final TextArea expected = new TextArea(say("apply.expected"));
    private final BigDecimalField amount = new BigDecimalField(say("apply.amount"));
    private final FormDialog dialog;

    ApplyDialog(
            Programme programme, Visit visit, Figures figures, Consumer<SubmitApplication> submit) {
        purpose.setHelperText(say("apply.purpose.help"));
        purpose.setMaxLength(LONG_TEXT);
        purpose.setRequiredIndicatorVisible(true);
        field.setLabel(say("apply.field"));
        field.setItems(FieldOfScience.values());
        field.setItemLabelGenerator(one -> Names.field(one.key()));
        field.setRequiredIndicatorVisible(true);
        expected.setHelperText(say("apply.expected.help"));
        expected.setMaxLength(LONG_TEXT);
        amount.setLocale(figures.locale());
        amount.setHelperText(say("apply.amount.help", figures.money(programme.ceilingPerGrant())));
        amount.setRequiredIndicatorVisible(true);
        var form =
                new Form()
                        .wide("purpose", purpose)
                        .field("fieldOfScience", field)
                        .field("requested", amount)
                        .wide("expectedUse", expected)
                        .draft("apply." + visit.requireTenant().slug() + "." + programme.id());
        dialog =
                new FormDialog(
                        say("apply.title", programme.title()),
                        form,
                        say("apply.submit"),
                        () ->
                                submit.accept(
                                        new SubmitApplication(
                                                programme.id(),
                                                visit.requireTenant().id(),
                                                purpose.getValue().strip(),
                                                field.getValue().key(),
                                                expected.getValue().strip(),
                                                new Money(
                                                        amount.getValue(),
                                                        programme.ceilingPerGrant().currency()),
                                                visit.requirePerson())));
    }

    void open() {
        dialog.open();
        purpose.focus();
    }
}
