package org.allodium.serving;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.allodium.billing.SettledRequest;

/// Vectors in the order of the inputs. `settled` completes when money and receipt are durable.
public record EmbeddingAnswer(
        AnswerStart start,
        List<float[]> vectors,
        long promptTokens,
        CompletableFuture<SettledRequest> settled) {
    public EmbeddingAnswer {
        vectors = List.copyOf(vectors);
    }
}
