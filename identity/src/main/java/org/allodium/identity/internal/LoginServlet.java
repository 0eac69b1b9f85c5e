package org.allodium.identity.internal;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.allodium.identity.Onboarding;
import org.allodium.identity.PortalUser;
import org.allodium.kernel.CloudException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one address that starts the browser's sign-in; it leads on to the page in parameter `to`.
/// Parameter `invitation` is the code of a link that an inviter handed over.
@WebServlet("/login")
public class LoginServlet extends HttpServlet {
    private static final Logger LOG = LoggerFactory.getLogger(LoginServlet.class);

    @Inject transient Onboarding onboarding;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        // The server sends the browser to Keycloak unless it has been there.
        if (!request.authenticate(response)) {
            return;
        }
        var signIn =
                SignIn.current()
                        .orElseThrow(() -> new ServletException("Nobody is signed in after all"));
        welcome(signIn, request.getParameter("invitation"));
        request.getSession(true);
        // A session id that was known before the sign-in must not become this person's.
        request.changeSessionId();
        request.getSession().setAttribute(PortalUser.ATTRIBUTE, signIn.user());
        response.setHeader("Cache-Control", "no-store");
        response.sendRedirect(LocalPath.of(request.getParameter("to")));
    }

    /// Who cannot be made a member now is signed in all the same, and is welcomed next time.
    private void welcome(SignIn signIn, String invitationCode) {
        try {
            onboarding.welcome(signIn.user().person(), signIn.addressVerified(), invitationCode);
        } catch (CloudException e) {
            LOG.warn("Invitations of {} were not looked through", signIn.user().subject(), e);
        }
    }
}
