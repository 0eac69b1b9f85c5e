package org.allodium.portal.parts;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Paragraph;

/// A question before something is done. The answer that changes nothing comes first and has the
/// focus when the question appears; Escape gives it too.
public final class Ask extends Dialog {
    /// Red is for what takes something away, not for what is merely strict.
    public enum Tone {
        PLAIN,
        DANGEROUS
    }

    private Runnable staying = () -> {};

    /// `stay`: the answer that changes nothing.
    public Ask(String question, String consequence, String stay) {
        setRole("alertdialog");
        setHeaderTitle(question);
        setWidth("460px");
        setMaxWidth("94vw");
        setCloseOnOutsideClick(false);
        add(new Paragraph(consequence));
        var harmless = new Button(stay, click -> stay());
        getFooter().add(harmless);
        addDialogCloseActionListener(escape -> stay());
        addOpenedChangeListener(
                change -> {
                    if (change.isOpened()) {
                        harmless.focus();
                    }
                });
    }

    /// For a question that holds something up, which has to learn that nothing will be done.
    public Ask whoStays(Runnable told) {
        staying = told;
        return this;
    }

    private void stay() {
        close();
        staying.run();
    }

    public Ask answer(String verb, Tone tone, Runnable action) {
        var button =
                new Button(
                        verb,
                        click -> {
                            close();
                            action.run();
                        });
        button.setDisableOnClick(true);
        button.addThemeVariants(ButtonVariant.PRIMARY);
        if (tone == Tone.DANGEROUS) {
            button.addThemeVariants(ButtonVariant.ERROR);
        }
        getFooter().add(button);
        return this;
    }
}
