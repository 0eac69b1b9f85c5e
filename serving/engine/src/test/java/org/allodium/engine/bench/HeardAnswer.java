package org.allodium.engine.bench;

import java.util.concurrent.CompletableFuture;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationResult;

/// An answer as its listener was told it.
final class HeardAnswer implements GenerationListener {
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<GenerationResult> end = new CompletableFuture<>();

    @Override
    public synchronized void onText(String piece, int completionTokensSoFar) {
        text.append(piece);
    }

    @Override
    public void onEnd(GenerationResult result) {
        end.complete(result);
    }

    void await() {
        end.join();
    }

    synchronized String text() {
        return text.toString();
    }
}
