package org.allodium.serving;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.allodium.billing.SettledRequest;

/// The best documents, best first. `settled` completes when money and receipt are durable.
public record RankAnswer(
        AnswerStart start,
        List<Ranked> results,
        long promptTokens,
        CompletableFuture<SettledRequest> settled) {
    public RankAnswer {
        results = List.copyOf(results);
    }

    /// @param index the document's place among those given
    public record Ranked(int index, float score) {}
}
