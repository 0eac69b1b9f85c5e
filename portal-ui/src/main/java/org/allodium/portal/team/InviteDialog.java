package org.allodium.portal.team;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.EmailField;
import com.vaadin.flow.component.textfield.TextField;
import java.util.List;
import java.util.function.Consumer;
import org.allodium.identity.Handover;
import org.allodium.identity.Invitation;
import org.allodium.portal.parts.CodeBlock;
import org.allodium.portal.parts.Form;
import org.allodium.portal.parts.FormDialog;
import org.allodium.portal.parts.Notice;
import org.allodium.portal.text.Names;
import org.allodium.tenancy.Role;

/// Invites somebody, and hands over the link where no mail was sent.
final class InviteDialog {
    record Wish(String email, String name, Role role) {}

    private final EmailField email = new EmailField(say("team.email"));
    private final TextField name = new TextField(say("team.name"));
    private final Select<Role> role = new Select<>();
    private final FormDialog dialog;

    InviteDialog(List<Role> roles, Consumer<Wish> invite) {
        email.setRequiredIndicatorVisible(true);
        email.setErrorMessage(say("team.email.wrong"));
        name.setRequiredIndicatorVisible(true);
        role.setLabel(say("team.role"));
        role.setItems(roles);
        role.setItemLabelGenerator(Names::of);
        role.setValue(Role.MEMBER);
        dialog =
                new FormDialog(
                        say("team.invite"),
                        new Form().field("email", email).field("name", name).field("role", role),
                        say("team.invite.submit"),
                        () ->
                                invite.accept(
                                        new Wish(
                                                email.getValue().strip(),
                                                name.getValue().strip(),
                                                role.getValue())));
    }

    void open() {
        dialog.open();
        email.focus();
    }

    static void outcome(Invitation invitation) {
        if (invitation.accepted()) {
            Notice.done(say("team.added", invitation.email()));
        } else if (invitation.handover().isPresent()) {
            handOver(invitation, invitation.handover().get());
        } else {
            Notice.done(say("team.invited", invitation.email()));
        }
    }

    private static void handOver(Invitation invitation, Handover handover) {
        var shown = new Dialog();
        shown.setHeaderTitle(say("team.handover", invitation.email()));
        shown.setWidth("560px");
        shown.setMaxWidth("94vw");
        shown.setCloseOnOutsideClick(false);
        var link = new CodeBlock(handover.link().toString());
        link.addClassName("secret");
        var content = new Div(new Paragraph(say("team.handover.text")), link);
        content.addClassName("stack");
        shown.add(content);
        shown.getFooter().add(new Button(say("action.close"), click -> shown.close()));
        shown.open();
    }
}
