package org.allodium.billing.internal;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;

/// Tells waiting callers, on virtual threads: what they do next must not hold up the writer.
final class Replies {
    private Replies() {}

    static <T> void complete(CompletableFuture<T> future, T result) {
        future.completeAsync(() -> result, Thread::startVirtualThread);
    }

    static void complete(CompletableFuture<Void> future) {
        future.completeAsync(() -> null, Thread::startVirtualThread);
    }

    static void fail(CompletableFuture<?> future, Throwable cause) {
        Thread.startVirtualThread(() -> future.completeExceptionally(cause));
    }

    static Refused explain(Exception cause) {
        if (cause instanceof Refused known) {
            return known;
        }
        if (cause instanceof SQLException sql && "23505".equals(sql.getSQLState())) {
            return Refused.of(ErrorCode.CONFLICT, "billing.request-exists").because(cause);
        }
        return cause instanceof SQLException
                ? Refused.of(ErrorCode.OVERLOADED, "billing.accounts-away").because(cause)
                : Refused.of(ErrorCode.SERVER_ERROR, "billing.accounts-failed").because(cause);
    }
}
