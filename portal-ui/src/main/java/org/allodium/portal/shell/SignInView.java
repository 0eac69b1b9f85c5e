package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import org.allodium.portal.parts.Sheet;

/// Stands in for a page that needs a person, while the browser goes to sign in and comes back to
/// that page.
@CdiComponent
@Route(value = "signing-in", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.EVERYBODY)
public class SignInView extends Sheet implements AfterNavigationObserver {
    public SignInView() {
        super(say("sign-in.title"), say("sign-in.text"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var wanted = event.getLocation().getPathWithQueryParameters();
        var target = wanted.startsWith("signing-in") ? "/home" : wanted;
        UI.getCurrent().getPage().setLocation(PortalStart.login(target));
    }
}
