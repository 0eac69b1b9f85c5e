package org.allodium.tenancy;

import java.util.Objects;

/// A tenant's quota: requests and tokens per minute, and requests at once, all at least 1; and who
/// goes first where not all can be computed at once.
public record Limits(
        int requestsPerMinute, int tokensPerMinute, int concurrentRequests, Priority priority) {
    public Limits {
        Objects.requireNonNull(priority);
        if (requestsPerMinute < 1 || tokensPerMinute < 1 || concurrentRequests < 1) {
            throw new IllegalArgumentException("Every limit is at least 1");
        }
    }

    public Limits(int requestsPerMinute, int tokensPerMinute, int concurrentRequests) {
        this(requestsPerMinute, tokensPerMinute, concurrentRequests, Priority.NORMAL);
    }

    /// Bands of the queue before a model, the last one first. Within a band tenants share alike.
    public enum Priority {
        LOW,
        NORMAL,
        HIGH
    }
}
