package org.allodium.identity.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.Locale;
import java.util.Optional;
import org.allodium.identity.Doors;
import org.allodium.identity.Onboarding;
import org.allodium.identity.PortalUser;
import org.allodium.kernel.Refused;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where Keycloak sends the browser back to: lets the person in and on to the page they wanted.
@WebServlet(CodeFlow.RETURN_PATH)
public class ReturnServlet extends HttpServlet {
    private static final Logger LOG = LoggerFactory.getLogger(ReturnServlet.class);

    @Inject transient CodeFlow flow;
    @Inject transient SignInCookies cookies;
    @Inject transient IdentityConfig config;
    @Inject transient Onboarding onboarding;
    @Inject transient Doors doors;

    /// What the page of ours says when nobody was let in.
    enum Trouble {
        /// The cookie of the attempt is missing: refused, too old, or another browser's.
        FORGOTTEN,
        /// Keycloak, or the person there, said no.
        DECLINED,
        /// Keycloak does not answer.
        AWAY
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (TooManySignIns.refused(doors, request, response)) {
            return;
        }
        response.setHeader("Cache-Control", "no-store");
        // The address holds the code; no page behind it may learn it.
        response.setHeader("Referrer-Policy", "no-referrer");
        var state = Optional.ofNullable(request.getParameter("state")).orElse("");
        var found = cookies.find(request.getCookies(), state);
        if (found.isEmpty()) {
            lead(response, page(Trouble.FORGOTTEN, "/home"));
            return;
        }
        var attempt = found.get();
        response.addCookie(cookies.forget(attempt.state()));
        var issuer = request.getParameter("iss");
        var code = request.getParameter("code");
        if (code == null || (issuer != null && !issuer.equals(config.issuer()))) {
            lead(response, page(Trouble.DECLINED, attempt.to()));
            return;
        }
        try {
            var signIn = flow.end(attempt, code);
            welcome(signIn, attempt.invitation().orElse(null));
            letIn(request, signIn.user());
            lead(response, attempt.to());
        } catch (CodeFlow.Failed e) {
            LOG.warn("A sign-in failed", e);
            lead(response, page(e.away() ? Trouble.AWAY : Trouble.DECLINED, attempt.to()));
        }
    }

    private static void letIn(HttpServletRequest request, PortalUser user) {
        var before = request.getSession(false);
        if (before != null
                && before.getAttribute(PortalUser.ATTRIBUTE) instanceof PortalUser other
                && !other.subject().equals(user.subject())) {
            // What another person left in this browser is not this person's.
            before.invalidate();
        }
        request.getSession(true);
        // A session id that was known before the sign-in must not become this person's.
        request.changeSessionId();
        request.getSession().setAttribute(PortalUser.ATTRIBUTE, user);
    }

    /// Who cannot be made a member now is signed in all the same, and is welcomed next time.
    private void welcome(SignIn signIn, @Nullable String invitationCode) {
        try {
            onboarding.welcome(signIn.user().person(), signIn.addressVerified(), invitationCode);
        } catch (Refused e) {
            LOG.warn("Invitations of {} were not looked through", signIn.user().subject(), e);
        }
    }

    private static String page(Trouble trouble, String wanted) {
        return "/sign-in-trouble?reason="
                + trouble.name().toLowerCase(Locale.ROOT)
                + "&to="
                + URLEncoder.encode(wanted, UTF_8);
    }

    private void lead(HttpServletResponse response, String path) throws IOException {
        response.sendRedirect(config.portal() + path);
    }
}
