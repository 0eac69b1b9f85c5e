package org.allodium.billing.internal;

import java.util.concurrent.CompletableFuture;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;

/// Tells waiting callers, on virtual threads: what they do next must not hold up the writer.
final class Replies {
    private static final String UNIQUE_VIOLATION = "23505";

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
        var said = Database.cause(cause);
        if (said.isEmpty()) {
            return Refused.of(ErrorCode.SERVER_ERROR, "billing.accounts-failed").because(cause);
        }
        return said.filter(sql -> UNIQUE_VIOLATION.equals(sql.getSQLState())).isPresent()
                ? Refused.of(ErrorCode.CONFLICT, "billing.request-exists").because(cause)
                : Refused.of(ErrorCode.OVERLOADED, "billing.accounts-away").because(cause);
    }
}
