package org.allodium.serving.rest;

import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Answers staff on a virtual thread in their name, so that the server's own thread is free.
@ApplicationScoped
class StaffWork {
    @Inject AdminFailures failures;
    @Inject @RequestThreads ManagedExecutorService threads;

    CompletionStage<Response> entity(
            HttpServletRequest request, Response.Status whenDone, Supplier<Object> work) {
        return answer(request, () -> Response.status(whenDone).entity(work.get()).build());
    }

    CompletionStage<Response> answer(HttpServletRequest request, Supplier<Response> work) {
        // Here and not over there: the request belongs to this thread.
        var scope = StaffFilter.scope(request);
        var id = StaffFilter.id(request);
        return CompletableFuture.supplyAsync(() -> scope.get(work), threads)
                .exceptionally(failure -> failures.told(failure, id));
    }
}
