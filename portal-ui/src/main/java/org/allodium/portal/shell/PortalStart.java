package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeLeaveEvent;
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
import java.util.Objects;
import org.allodium.portal.parts.Ask;
import org.allodium.portal.parts.Form;

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
        event.getSource().setSystemMessagesProvider(SystemWords::of);
        event.getSource().addUIInitListener(init -> prepare(init.getUI()));
    }

    private static void dress(IndexHtmlResponse response) {
        var root = Objects.requireNonNull(response.getDocument().head().parent());
        var request = response.getVaadinRequest();
        root.attr("lang", Preferences.language(request).toLanguageTag());
        Preferences.theme(request).ifPresent(theme -> root.attr("data-theme", theme));
    }

    private void prepare(UI ui) {
        var request = VaadinRequest.getCurrent();
        if (request != null) {
            ui.setLocale(Preferences.language(request));
            OpenPages.opened(ui, request);
        }
        ui.getLoadingIndicatorConfiguration().setFirstDelay(300);
        SystemWords.connection(ui);
        ui.addBeforeLeaveListener(PortalStart::keepToOnePlace);
        ui.addBeforeLeaveListener(PortalStart::askWhenSomethingWasTyped);
        ui.addBeforeEnterListener(this::admit);
    }

    /// A document works in one place as long as it lives: the way to another loads a new one.
    private static void keepToOnePlace(BeforeLeaveEvent event) {
        var wanted = event.getLocation();
        if (!Visits.current().place().sharesScope(Place.of(wanted.getPath()))) {
            event.postpone();
            event.getUI().getPage().setLocation("/" + wanted.getPathWithQueryParameters());
        }
    }

    private static void askWhenSomethingWasTyped(BeforeLeaveEvent event) {
        if (event.isPostponed() || !Form.anyTyped(event.getUI())) {
            return;
        }
        var leave = event.postpone();
        var kept = Form.allKept(event.getUI());
        new Ask(say("leave.question"), say(kept ? "leave.kept" : "leave.text"), say("leave.stay"))
                .answer(
                        say(kept ? "leave.keep" : "leave.discard"),
                        kept ? Ask.Tone.PLAIN : Ask.Tone.DANGEROUS,
                        leave::proceed)
                // Else the browser keeps waiting for this way, and takes no other.
                .whoStays(leave::cancel)
                .open();
    }

    private void admit(BeforeEnterEvent event) {
        var rule = event.getNavigationTarget().getAnnotation(SeenBy.class);
        if (rule == null || rule.value() == SeenBy.Audience.EVERYBODY) {
            return;
        }
        var visit = visits.at(event.getLocation());
        if (!visit.signedIn()) {
            event.rerouteToError(new SignInView.Needed(), "");
            return;
        }
        switch (rule.value()) {
            case EVERYBODY, SIGNED_IN -> {}
            case ORGANISATION -> {
                if (visit.misplaced() || visit.tenant().isEmpty() || !holds(visit, rule)) {
                    event.rerouteToError(NotFoundException.class);
                } else if (rule.inProject() && visit.project().isEmpty()) {
                    Addresses.firstProject(visit)
                            .ifPresent(first -> event.forwardTo(inFirst(visit, event)));
                }
            }
            case STAFF -> {
                if (!visit.atStaffDesk() || !holds(visit, rule)) {
                    event.rerouteToError(NotFoundException.class);
                }
            }
        }
    }

    private static String inFirst(Visit visit, BeforeEnterEvent event) {
        return visit.projectPath(Place.page(event.getLocation().getPath()));
    }

    static boolean holds(Visit visit, SeenBy rule) {
        return Arrays.stream(rule.needs()).allMatch(visit::may);
    }

    static String login(String path) {
        var target = path.startsWith("/") ? path : "/" + path;
        return "/login?to=" + URLEncoder.encode(target, StandardCharsets.UTF_8);
    }
}
