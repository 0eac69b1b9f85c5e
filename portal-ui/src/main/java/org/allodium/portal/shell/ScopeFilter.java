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
import java.io.IOException;
import java.util.concurrent.Callable;

/// Binds the scope in which a request to the portal works: the person's organisation, their staff
/// desk, or nobody's.
@WebFilter(
        filterName = "scope",
        servletNames = "portal",
        asyncSupported = true,
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC})
public class ScopeFilter implements Filter {
    @Inject Visits visits;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var session = ((HttpServletRequest) request).getSession(false);
        var visit = session == null ? Visit.anonymous() : visits.of(session::getAttribute);
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
}
