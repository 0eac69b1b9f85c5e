package org.allodium.serving.rest;

import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/// `/admin/v1/models`: see [AdminModels]. A deployment takes a while, so the container's thread is
/// freed here too.
@WebServlet(
        urlPatterns = {"/admin/v1/models", "/admin/v1/models/*"},
        asyncSupported = true)
public class AdminModelsServlet extends HttpServlet {
    @Inject AdminModels models;
    @Inject HangUps hangUps;
    @Inject ManagementPort management;
    @Inject @RequestThreads ManagedExecutorService threads;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
        var async = request.startAsync(request, response);
        async.setTimeout(0);
        threads.execute(
                () -> {
                    try {
                        models.answer(
                                new ServletExchange(request, response, hangUps),
                                management.isUsedBy(request));
                    } finally {
                        async.complete();
                    }
                });
    }
}
