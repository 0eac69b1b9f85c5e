package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.KeyModifier;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;

/// A form in a dialog: it stays open until the work succeeded, Enter in a line field submits it.
/// Escape and Cancel close it, and ask first when something was typed.
public final class FormDialog extends Dialog {
    private final Form form;
    private final Button submit;

    public FormDialog(String title, Form form, String verb, Runnable work) {
        this.form = form;
        setHeaderTitle(title);
        setWidth("560px");
        setMaxWidth("94vw");
        setCloseOnOutsideClick(false);
        addDialogCloseActionListener(escape -> leave());
        submit = new Button(verb, click -> run(work));
        submit.addThemeVariants(ButtonVariant.PRIMARY);
        submit.addClickShortcut(Key.ENTER, KeyModifier.CONTROL).resetFocusOnActiveElement();
        add(form);
        getFooter().add(new Button(say("action.cancel"), click -> leave()), submit);
    }

    /// Something to read above the fields.
    public FormDialog intro(Component... content) {
        addComponentAsFirst(new Div(content));
        return this;
    }

    private void leave() {
        if (!form.typed()) {
            close();
            return;
        }
        var ask = new Ask(say("leave.question"), say("leave.text"), say("leave.stay"));
        if (form.keepsDraft()) {
            ask.answer(say("leave.keep"), Ask.Tone.PLAIN, this::close);
        }
        ask.answer(
                        say("leave.discard"),
                        Ask.Tone.DANGEROUS,
                        () -> {
                            form.discard();
                            close();
                        })
                .open();
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
