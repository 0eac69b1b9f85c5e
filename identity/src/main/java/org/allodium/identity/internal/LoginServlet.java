package org.allodium.identity.internal;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.allodium.identity.Doors;

/// The one address that starts the browser's sign-in; it leads on to the page in parameter `to`.
/// Parameter `invitation` is the code of a link that an inviter handed over.
@WebServlet("/login")
public class LoginServlet extends HttpServlet {
    /// Keycloak's own, which a link of the portal may set.
    private static final List<String> HINTS = List.of("prompt", "ui_locales", "login_hint");

    private static final int LONGEST = 200;

    @Inject transient CodeFlow flow;
    @Inject transient SignInCookies cookies;
    @Inject transient Doors doors;
    @Inject transient Clock clock;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (TooManySignIns.refused(doors, request, response)) {
            return;
        }
        var attempt =
                SignInAttempt.begin(
                        LocalPath.of(request.getParameter("to")),
                        parameter(request, "invitation"),
                        clock.instant());
        var hints = new LinkedHashMap<String, String>();
        for (var hint : HINTS) {
            parameter(request, hint).ifPresent(value -> hints.put(hint, value));
        }
        response.addCookie(cookies.keep(attempt));
        response.setHeader("Cache-Control", "no-store");
        response.sendRedirect(flow.begin(attempt, hints).toString());
    }

    private static Optional<String> parameter(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name))
                .filter(Predicate.not(String::isBlank))
                .filter(value -> value.length() <= LONGEST);
    }
}
