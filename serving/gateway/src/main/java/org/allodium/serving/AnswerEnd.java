package org.allodium.serving;

import java.util.concurrent.CompletableFuture;
import org.allodium.billing.SettledRequest;

/// `settled` completes when money and receipt are durable. `cachedTokens` are the prompt tokens
/// that were not computed, because the answer came from the cache.
public record AnswerEnd(
        long promptTokens,
        long completionTokens,
        long cachedTokens,
        CompletableFuture<SettledRequest> settled) {}
