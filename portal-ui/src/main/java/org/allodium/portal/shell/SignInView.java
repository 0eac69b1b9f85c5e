package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.ErrorParameter;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.ParentLayout;
import jakarta.servlet.http.HttpServletResponse;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;

/// Stands in, at its address, for a page that needs a person. A first visit goes straight to sign
/// in; who was signed in in this tab reads first what happened. Both come back to that address.
@CdiComponent
@ParentLayout(MainLayout.class)
public class SignInView extends Sheet implements HasErrorParameter<SignInView.Needed> {
    /// The page is for somebody who is signed in.
    static final class Needed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    public SignInView() {
        super(say("sign-in.title"), say("sign-in.text"));
    }

    @Override
    public int setErrorParameter(BeforeEnterEvent event, ErrorParameter<Needed> parameter) {
        var login = PortalStart.login(event.getLocation().getPathWithQueryParameters());
        getElement()
                .executeJs("return window.allodium.arrival()")
                .then(String.class, arrival -> arrived(arrival, login));
        return HttpServletResponse.SC_OK;
    }

    private void arrived(String arrival, String login) {
        switch (arrival) {
            case "first" -> UI.getCurrent().getPage().setLocation(login);
            case "no-cookies" -> explain("sign-in.no-cookies", login);
            default -> explain("sign-in.lost", login);
        }
    }

    private void explain(String key, String login) {
        title(say(key + ".title"));
        lead("");
        var again = Buttons.primaryLink(login, say("sign-in.again"));
        again.setRouterIgnore(true);
        show(new EmptyState(say(key + ".heading"), say(key + ".text"), again));
    }
}
