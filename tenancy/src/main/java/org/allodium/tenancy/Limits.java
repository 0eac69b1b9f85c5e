package org.allodium.tenancy;

/// A tenant's quota: requests and tokens per minute, and requests at once. All at least 1.
public record Limits(int requestsPerMinute, int tokensPerMinute, int concurrentRequests) {
    public Limits {
        if (requestsPerMinute < 1 || tokensPerMinute < 1 || concurrentRequests < 1) {
            throw new IllegalArgumentException("Every limit is at least 1");
        }
    }
}
