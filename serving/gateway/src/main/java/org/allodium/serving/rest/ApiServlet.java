package org.allodium.serving.rest;

import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/// Frees the container's thread at once: a request lives on a virtual thread of its own.
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

    /// At the start: the first request after a node was lost waits for nothing that could be ready.
    @Override
    public void init() {
        api.routes();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
        var async = request.startAsync(request, response);
        // An answer takes as long as its model; the client may leave when it likes.
        async.setTimeout(0);
        threads.execute(
                () -> {
                    try {
                        api.answer(new ServletExchange(request, response, hangUps));
                    } finally {
                        async.complete();
                    }
                });
    }
}
