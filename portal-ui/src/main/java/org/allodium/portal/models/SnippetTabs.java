package org.allodium.portal.models;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;
import org.allodium.portal.parts.CodeBlock;

/// The examples of [Snippets], one button per language.
public final class SnippetTabs extends Div {
    private final Div languages = new Div();
    private final CodeBlock code;

    public SnippetTabs(Snippets snippets) {
        addClassName("stack");
        code = new CodeBlock(snippets.curl());
        languages.addClassName("languages");
        languages.getElement().setAttribute("role", "group");
        languages.getElement().setAttribute("aria-label", say("models.snippets"));
        snippets.all().forEach((language, text) -> languages.add(button(language, text)));
        languages.getChildren().findFirst().ifPresent(SnippetTabs::press);
        add(languages, code);
    }

    private NativeButton button(String language, String text) {
        var button = new NativeButton(language);
        button.addClassName("language");
        button.getElement().setAttribute("aria-pressed", "false");
        button.addClickListener(
                click -> {
                    languages
                            .getChildren()
                            .forEach(one -> one.getElement().setAttribute("aria-pressed", "false"));
                    press(button);
                    code.text(text);
                });
        return button;
    }

    private static void press(Component button) {
        button.getElement().setAttribute("aria-pressed", "true");
    }
}
