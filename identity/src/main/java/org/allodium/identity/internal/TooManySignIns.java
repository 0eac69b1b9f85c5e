package org.allodium.identity.internal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.allodium.identity.Doors;

/// Says no to an address that signs in too often, in as few bytes as that takes.
final class TooManySignIns {
    private static final int STATUS = 429;

    private TooManySignIns() {}

    static boolean refused(Doors doors, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var address = doors.address(request.getRemoteAddr(), request.getHeader("X-Forwarded-For"));
        var wait = doors.signIn(address);
        if (wait.isEmpty()) {
            return false;
        }
        response.setStatus(STATUS);
        response.setHeader("Retry-After", Long.toString(wait.get().toSeconds() + 1));
        response.setContentType("text/plain; charset=utf-8");
        response.getWriter()
                .println(
                        "Too many sign-ins from your address: try again in a minute.\n"
                                + "Zu viele Anmeldungen von Ihrer Adresse: in einer Minute wieder.");
        return true;
    }
}
