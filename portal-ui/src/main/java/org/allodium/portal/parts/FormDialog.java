package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.KeyModifier;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;

/// A form in a dialog: it stays open until the work succeeded, Escape closes it, Enter in a line
/// field submits it.
public final class FormDialog extends Dialog {
    private final Form form;
    private final Button submit;

    public FormDialog(String title, Form form, String verb, Runnable work) {
        this.form = form;
        setHeaderTitle(title);
        setWidth("560px");
        setMaxWidth("94vw");
        setCloseOnOutsideClick(false);
        submit = new Button(verb, click -> run(work));
        submit.addThemeVariants(ButtonVariant.PRIMARY);
        submit.addClickShortcut(Key.ENTER, KeyModifier.CONTROL).resetFocusOnActiveElement();
        add(form);
        getFooter().add(new Button(say("action.cancel"), click -> close()), submit);
    }

    /// Something to read above the fields.
    public FormDialog intro(Component... content) {
        addComponentAsFirst(new Div(content));
        return this;
    }

    private void run(Runnable work) {
        submit.setEnabled(false);
        try {
            if (form.submit(work)) {
                close();
            }
        } finally {
            submit.setEnabled(true);
        }
    }
}
