package org.allodium.portal.shell;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Map;

/// What a browser may load and reveal. Vaadin's start-up script is inline and evaluates what the
/// server sends, hence the two exceptions for scripts; everything comes from this server.
@WebFilter(filterName = "security-headers", urlPatterns = "/*", asyncSupported = true)
public class SecurityHeaders implements Filter {
    private static final boolean DEVELOPMENT = Boolean.getBoolean("allodium.development");

    private static final Map<String, String> HEADERS =
            Map.of(
                    "Content-Security-Policy",
                    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
                            + " img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none';"
                            + " base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
                    "X-Content-Type-Options",
                    "nosniff",
                    "X-Frame-Options",
                    "DENY",
                    "Referrer-Policy",
                    "same-origin",
                    "Permissions-Policy",
                    "camera=(), microphone=(), geolocation=()",
                    "Cross-Origin-Opener-Policy",
                    "same-origin");

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var http = (HttpServletResponse) response;
        HEADERS.forEach(http::setHeader);
        chain.doFilter(request, DEVELOPMENT ? new Revalidated(http) : response);
    }

    /// Under `./allodium dev` the browser asks for styles each time, so that a saved one is seen.
    private static final class Revalidated extends HttpServletResponseWrapper {
        Revalidated(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void setHeader(String name, String value) {
            super.setHeader(name, name.equalsIgnoreCase("Cache-Control") ? "no-cache" : value);
        }
    }
}
