package org.allodium.identity.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.allodium.identity.ErrorAnswer;
import org.allodium.identity.PortalUser;
import org.jspecify.annotations.Nullable;

/// Ends both sessions, Keycloak's first: a browser that never gets there, because its page reloads
/// or its lid closes, is signed out all the same. It is sent there for its cookies.
@WebServlet("/logout")
public class LogoutServlet extends HttpServlet {
    private static final Set<String> OWN_SITES = Set.of("same-origin", "same-site", "none");

    @Inject transient IdentityConfig config;
    @Inject transient CodeFlow flow;
    @Inject transient Clock clock;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        if (!isAskedByUs(
                request.getHeader("Sec-Fetch-Site"),
                request.getHeader("Origin"),
                request.getHeader("Referer"),
                config.portal())) {
            new ErrorAnswer(
                            HttpServletResponse.SC_FORBIDDEN,
                            "permission_denied",
                            "Another site may not sign you out.")
                    .write(response, clock);
            return;
        }
        var session = Optional.ofNullable(request.getSession(false));
        var user =
                session.map(one -> one.getAttribute(PortalUser.ATTRIBUTE))
                        .map(PortalUser.class::cast);
        user.map(PortalUser::idToken).ifPresent(flow::endSession);
        session.ifPresent(HttpSession::invalidate);
        response.setHeader("Cache-Control", "no-store");
        response.sendRedirect(endOfSession(config, user.map(PortalUser::idToken)));
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        doGet(request, response);
    }

    /// Browsers say where a request comes from; where none does, no foreign page stands behind it.
    static boolean isAskedByUs(
            @Nullable String fetchSite,
            @Nullable String origin,
            @Nullable String referer,
            URI portal) {
        if (fetchSite != null) {
            return OWN_SITES.contains(fetchSite);
        }
        var asker = origin != null ? origin : referer;
        return asker == null || asker.equals(portal.toString()) || asker.startsWith(portal + "/");
    }

    /// Keycloak asks nothing when it sees the id token, and then sends the browser back.
    static String endOfSession(IdentityConfig config, Optional<String> idToken) {
        return config.issuer()
                + "/protocol/openid-connect/logout?client_id=allodium-portal"
                + "&post_logout_redirect_uri="
                + URLEncoder.encode(config.portal() + "/", UTF_8)
                + idToken.map(token -> "&id_token_hint=" + URLEncoder.encode(token, UTF_8))
                        .orElse("");
    }
}
