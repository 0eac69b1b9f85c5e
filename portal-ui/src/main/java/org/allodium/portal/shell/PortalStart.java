package org.allodium.portal.shell;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.server.ServiceInitEvent;
import com.vaadin.flow.server.VaadinRequest;
import com.vaadin.flow.server.communication.IndexHtmlResponse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.allodium.portal.onboarding.OnboardingView;

/// Hooks into Vaadin's start: language and appearance of the first page, who may enter which page,
/// and where failures go.
@ApplicationScoped
class PortalStart {
    @Inject Visits visits;

    void onServiceInit(@Observes ServiceInitEvent event) {
        event.addIndexHtmlRequestListener(PortalStart::dress);
        event.getSource()
                .addSessionInitListener(
                        init -> {
                            init.getSession().setErrorHandler(new PortalErrorHandler());
                            init.getSession().setLocale(Preferences.language(init.getRequest()));
                        });
        event.getSource().addUIInitListener(init -> prepare(init.getUI()));
    }

    private static void dress(IndexHtmlResponse response) {
        var root = response.getDocument().head().parent();
        var request = response.getVaadinRequest();
        root.attr("lang", Preferences.language(request).toLanguageTag());
        Preferences.theme(request).ifPresent(theme -> root.attr("data-theme", theme));
    }

    private void prepare(UI ui) {
        var request = VaadinRequest.getCurrent();
        if (request != null) {
            ui.setLocale(Preferences.language(request));
        }
        ui.getLoadingIndicatorConfiguration().setFirstDelay(300);
        ui.addBeforeEnterListener(this::admit);
    }

    private void admit(BeforeEnterEvent event) {
        var rule = event.getNavigationTarget().getAnnotation(SeenBy.class);
        if (rule == null || rule.value() == SeenBy.Audience.EVERYBODY) {
            return;
        }
        var visit = visits.current();
        if (!visit.signedIn()) {
            event.rerouteTo(SignInView.class);
            return;
        }
        switch (rule.value()) {
            case EVERYBODY, SIGNED_IN -> {}
            case ORGANISATION -> {
                if (visit.tenant().isEmpty() && visit.staffRoles().isEmpty()) {
                    event.forwardTo(OnboardingView.class);
                } else if (visit.tenant().isEmpty() || !holds(visit, rule)) {
                    event.rerouteToError(NotFoundException.class);
                }
            }
            case STAFF -> {
                if (!visit.atStaffDesk() || !holds(visit, rule)) {
                    event.rerouteToError(NotFoundException.class);
                }
            }
        }
    }

    private static boolean holds(Visit visit, SeenBy rule) {
        return rule.roles().length == 0 || Arrays.stream(rule.roles()).anyMatch(visit::has);
    }

    static String login(String path) {
        var target = path.startsWith("/") ? path : "/" + path;
        return "/login?to=" + URLEncoder.encode(target, StandardCharsets.UTF_8);
    }
}
