package org.allodium.portal.shell;

import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import org.allodium.identity.PortalUser;

/// Makes the one [Visit] of a request to the portal and binds the scope in which it works: the
/// organisation of the page's address, the staff desk, or nobody's. Leads addresses that another
/// one serves on to that one.
@WebFilter(
        filterName = "scope",
        servletNames = "portal",
        asyncSupported = true,
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC})
public class ScopeFilter implements Filter {
    private static final Set<String> ASSETS =
            Set.of("VAADIN", "styles", "scripts", "icons", "favicon.ico");

    @Inject Visits visits;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var http = (HttpServletRequest) request;
        var visit = visit(http);
        if (isDocument(http) && leadOn(http, (HttpServletResponse) response, visit)) {
            return;
        }
        request.setAttribute(Visits.ATTRIBUTE, visit);
        Callable<Boolean> rest =
                () -> {
                    chain.doFilter(request, response);
                    return true;
                };
        try {
            visit.scope().call(rest);
        } catch (IOException | ServletException | RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new ServletException(failure);
        }
    }

    private Visit visit(HttpServletRequest request) {
        // Made already, when a suspended request goes on.
        if (request.getAttribute(Visits.ATTRIBUTE) instanceof Visit visit) {
            return visit;
        }
        var session = request.getSession(false);
        if (session == null || isAsset(request)) {
            return Visit.anonymous();
        }
        return visits.of(
                session.getAttribute(PortalUser.ATTRIBUTE), Place.of(OpenPages.path(request)));
    }

    // A page that the browser opens by its address.
    private static boolean isDocument(HttpServletRequest request) {
        return request.getMethod().equals("GET")
                && request.getParameter("v-r") == null
                && !isAsset(request)
                && !request.getRequestURI().startsWith("/VAADIN/");
    }

    // Files of the portal, the same for everybody; what a page lets its reader download is none.
    private static boolean isAsset(HttpServletRequest request) {
        var path = request.getRequestURI();
        return ASSETS.contains(path.substring(1).split("/", 2)[0])
                        && !path.startsWith("/VAADIN/dynamic/")
                || "heartbeat".equals(request.getParameter("v-r"));
    }

    private boolean leadOn(HttpServletRequest request, HttpServletResponse response, Visit visit) {
        var onward = Addresses.of(request.getRequestURI(), visit.signedIn());
        if (onward.isEmpty()) {
            if (visit.signedIn() && visit.misplaced()) {
                response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            }
            return false;
        }
        var target =
                switch (onward.get()) {
                    case Addresses.Onward.ToPath(var next) -> "/" + next;
                    case Addresses.Onward.ToOwnPlace(var page) -> own(request, visit, page);
                };
        // Relative, so that no header of the request has a say in where it leads.
        response.setHeader("Cache-Control", "no-store");
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Location", withQuery(target, request));
        return true;
    }

    /// Somebody who has not signed in yet comes back to the same old address afterwards.
    private String own(HttpServletRequest request, Visit visit, String page) {
        if (!visit.signedIn()) {
            return PortalStart.login(withQuery("/" + page, request));
        }
        var place = Addresses.beginning(visit, Preferences.lastPlace(request));
        if (place instanceof Place.Organisation(var slug, var project)) {
            var user = request.getSession().getAttribute(PortalUser.ATTRIBUTE);
            var there = visits.of(user, place);
            place =
                    there.project().isPresent()
                            ? place
                            : Addresses.firstProject(there)
                                    .map(
                                            first ->
                                                    new Place.Organisation(
                                                            slug, first.id().toString()))
                                    .orElseGet(() -> new Place.Organisation(slug, ""));
        }
        return "/" + Addresses.begin(place, page);
    }

    private static String withQuery(String target, HttpServletRequest request) {
        var query = request.getQueryString();
        return query == null || target.startsWith("/login?") ? target : target + "?" + query;
    }
}
