package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import java.util.Set;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;

/// Says why a sign-in let nobody in, and begins another that leads to the same page.
@CdiComponent
@Route(value = "sign-in-trouble", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.EVERYBODY)
public class SignInTroubleView extends Sheet implements AfterNavigationObserver {
    private static final Set<String> REASONS = Set.of("forgotten", "declined", "away");

    public SignInTroubleView() {
        super(say("sign-in-trouble.title"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var query = event.getLocation().getQueryParameters();
        var reason =
                query.getSingleParameter("reason").filter(REASONS::contains).orElse("forgotten");
        var again =
                Buttons.primaryLink(
                        PortalStart.login(query.getSingleParameter("to").orElse("/home")),
                        say("sign-in-trouble.again"));
        again.setRouterIgnore(true);
        show(
                new EmptyState(
                        say("sign-in-trouble." + reason),
                        say("sign-in-trouble." + reason + ".text"),
                        again,
                        Buttons.plainLink("/", say("not-found.home"))));
    }
}
