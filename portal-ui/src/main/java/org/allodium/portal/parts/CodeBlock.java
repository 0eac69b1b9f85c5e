package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.dependency.JavaScript;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Pre;

/// Text to copy, exactly as it is.
@JavaScript("context://scripts/portal.js")
public final class CodeBlock extends Div {
    private final Pre text = new Pre();

    public CodeBlock(String code) {
        addClassName("code");
        text.getElement().setAttribute("tabindex", "0");
        text.setText(code);
        var copy = new NativeButton(say("action.copy"));
        copy.addClassName("copy");
        add(text, copy);
        copy.addAttachListener(
                attached ->
                        copy.getElement()
                                .executeJs(
                                        "window.allodium.copyOnClick(this, $0, $1)",
                                        text.getElement(),
                                        say("action.copied")));
    }

    public void text(String code) {
        text.setText(code);
    }
}
