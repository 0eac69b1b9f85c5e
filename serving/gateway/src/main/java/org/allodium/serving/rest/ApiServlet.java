package org.allodium.serving.rest;

import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/// Frees the container's thread at once: a request lives on a virtual thread of its own, but for a
/// few that end before it could begin.
@WebServlet(urlPatterns = "/v1/*", asyncSupported = true, loadOnStartup = 1)
// No transaction context, not even an empty one: inside one the server keeps every connection until
// the request ends, and streams would hold the whole pool.
@ContextServiceDefinition(
        name = "java:app/concurrent/RequestContext",
        cleared = {},
        unchanged = ContextServiceDefinition.TRANSACTION,
        propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedExecutorDefinition(
        context = "java:app/concurrent/RequestContext",
        name = "java:app/concurrent/RequestThreads",
        virtual = true,
        qualifiers = RequestThreads.class)
public class ApiServlet extends HttpServlet {
    @Inject Api api;
    @Inject HangUps hangUps;
    @Inject @RequestThreads ManagedExecutorService threads;
    private final AtOnce atOnce = new AtOnce();

    /// At the start: the first request after a node was lost waits for nothing that could be ready.
    @Override
    public void init() {
        api.routes();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
        var exchange = new ServletExchange(request, response, hangUps);
        var credential = request.getHeader("Authorization");
        if (atOnce.enter(credential, request.getContentLengthLong())) {
            try {
                answer(exchange, credential);
            } finally {
                atOnce.leave();
            }
            return;
        }
        var async = request.startAsync(request, response);
        // An answer takes as long as its model; the client may leave when it likes.
        async.setTimeout(0);
        threads.execute(
                () -> {
                    try {
                        answer(exchange, credential);
                    } finally {
                        async.complete();
                    }
                });
    }

    private void answer(ServletExchange exchange, @Nullable String credential) {
        atOnce.learn(credential, api.answer(exchange));
    }
}
