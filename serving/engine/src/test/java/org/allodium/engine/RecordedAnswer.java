package org.allodium.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A listener that remembers, and that fails its test when the contract is broken.
public final class RecordedAnswer implements GenerationListener {
    private final List<String> pieces = new ArrayList<>();
    private final CompletableFuture<GenerationResult> end = new CompletableFuture<>();
    private boolean broken;

    @Override
    public synchronized void onText(String text, int completionTokensSoFar) {
        broken |= end.isDone() || text.isEmpty();
        pieces.add(text);
    }

    @Override
    public synchronized void onEnd(GenerationResult result) {
        broken |= !end.complete(result);
    }

    public boolean ended() {
        return end.isDone();
    }

    public GenerationResult result() {
        try {
            return end.get(60, TimeUnit.SECONDS);
        } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
            throw new AssertionError("The generation did not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public synchronized List<String> pieces() {
        return List.copyOf(pieces);
    }

    public String text() {
        result();
        return String.join("", pieces());
    }

    public synchronized boolean keptTheContract() {
        return !broken && end.isDone();
    }
}
