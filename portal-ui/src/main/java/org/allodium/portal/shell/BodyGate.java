package org.allodium.portal.shell;

import jakarta.enterprise.concurrent.ManagedExecutorService;
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
import java.time.Clock;
import java.util.concurrent.Semaphore;
import org.allodium.identity.ErrorAnswer;
import org.allodium.identity.PortalUser;
import org.allodium.kernel.BoundedBody;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the bodies of requests to the portal before one of the server's threads is spent on them:
/// Vaadin would read any number of bytes on such a thread, and wait there for those that never
/// come. A stalled body costs a virtual thread and the bytes that came.
@WebFilter(
        filterName = "body-gate",
        urlPatterns = "/*",
        asyncSupported = true,
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC})
public class BodyGate implements Filter {
    private static final Logger LOG = LoggerFactory.getLogger(BodyGate.class);
    private static final String BODY = BodyGate.class.getName();

    /// Clicks of a visitor are small; people who are signed in paste long texts.
    private static final int VISITORS_LIMIT = 16 * 1024;

    private static final int LIMIT = 1024 * 1024;
    private static final int LARGE_AT_ONCE = 64;
    private static final ErrorAnswer TOO_SLOW =
            new ErrorAnswer(
                    HttpServletResponse.SC_REQUEST_TIMEOUT,
                    "request_timeout",
                    "The body did not come in time.");
    private static final ErrorAnswer TOO_MANY =
            new ErrorAnswer(
                    HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                    "overloaded",
                    "Too many bodies are being read. Try again soon.");

    @Inject @PageThreads ManagedExecutorService threads;
    @Inject Clock clock;

    private final Semaphore large = new Semaphore(LARGE_AT_ONCE);

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var http = (HttpServletRequest) request;
        if (request.getAttribute(BODY) instanceof byte[] body) {
            chain.doFilter(new ReadRequest(http, body), response);
            return;
        }
        if (!isForPortal(http) || !hasBody(http)) {
            chain.doFilter(request, response);
            return;
        }
        var answer = (HttpServletResponse) response;
        boolean known = isSignedIn(http);
        int limit = known ? LIMIT : VISITORS_LIMIT;
        if (http.getContentLengthLong() > limit) {
            refuse(answer, tooLarge(limit));
        } else if (known && !large.tryAcquire()) {
            answer.setHeader("Retry-After", "5");
            refuse(answer, TOO_MANY);
        } else {
            readBeside(http, answer, limit, known ? large::release : () -> {});
        }
    }

    private void readBeside(
            HttpServletRequest request, HttpServletResponse response, int limit, Runnable after) {
        var async = request.startAsync(request, response);
        async.setTimeout(0);
        threads.execute(
                () -> {
                    boolean read = false;
                    try {
                        var body =
                                BoundedBody.read(
                                        request.getInputStream(), limit, bytes -> {}, clock);
                        if (body.isPresent()) {
                            request.setAttribute(BODY, body.get());
                            read = true;
                        } else {
                            refuse(response, tooLarge(limit));
                        }
                    } catch (IOException gone) {
                        LOG.debug("A body did not come", gone);
                        refuse(response, TOO_SLOW);
                    } finally {
                        after.run();
                        if (read) {
                            async.dispatch();
                        } else {
                            async.complete();
                        }
                    }
                });
    }

    /// What is left of the body is not waited for.
    private void refuse(HttpServletResponse response, ErrorAnswer why) {
        response.setHeader("Connection", "close");
        try {
            why.write(response, clock);
        } catch (IOException gone) {
            LOG.debug("Nobody waits for the refusal of a body", gone);
        }
    }

    private static ErrorAnswer tooLarge(int limit) {
        return new ErrorAnswer(
                HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                "request_too_large",
                "The body has more than " + limit + " bytes.");
    }

    private static boolean isForPortal(HttpServletRequest request) {
        return "portal".equals(request.getHttpServletMapping().getServletName());
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    private static boolean isSignedIn(HttpServletRequest request) {
        var session = request.getSession(false);
        return session != null && session.getAttribute(PortalUser.ATTRIBUTE) instanceof PortalUser;
    }
}
