package org.allodium.portal.keys;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.Paragraph;
import org.allodium.identity.IssuedKey;
import org.allodium.portal.models.SnippetTabs;
import org.allodium.portal.models.Snippets;
import org.allodium.portal.parts.CodeBlock;

/// The one moment at which the key is shown, with examples ready to paste. It closes by its button
/// alone, so that no slip loses the key.
final class SecretDialog extends Dialog {
    SecretDialog(IssuedKey issued, String portalUrl, String model) {
        setHeaderTitle(say("keys.secret", issued.row().name()));
        setWidth("680px");
        setMaxWidth("94vw");
        setCloseOnEsc(false);
        setCloseOnOutsideClick(false);
        var secret = new CodeBlock(issued.secret());
        secret.addClassName("secret");
        var content =
                new Div(
                        new Paragraph(say("keys.secret.once")),
                        secret,
                        new H3(say("keys.secret.use")),
                        new SnippetTabs(Snippets.of(portalUrl, model, issued.secret())));
        content.addClassName("stack");
        add(content);
        var done = new Button(say("keys.secret.done"), click -> close());
        done.addThemeVariants(ButtonVariant.PRIMARY);
        getFooter().add(done);
    }
}
