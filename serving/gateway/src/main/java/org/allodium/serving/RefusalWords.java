package org.allodium.serving;

import org.allodium.kernel.Sentence;

/// What a recorded refusal means and what helps.
public enum RefusalWords {
    KEY_REVOKED(Sentence.of("serving.cause-key-revoked"), Sentence.of("serving.cure-key-revoked")),
    KEY_EXPIRED(Sentence.of("serving.cause-key-expired"), Sentence.of("serving.cure-key-expired")),
    KEY_MAKER(Sentence.of("serving.cause-key-maker"), Sentence.of("serving.cure-key-maker")),
    INVALID_API_KEY(
            Sentence.of("serving.cause-invalid-api-key"),
            Sentence.of("serving.cure-invalid-api-key")),
    PERMISSION_DENIED(
            Sentence.of("serving.cause-permission-denied"),
            Sentence.of("serving.cure-permission-denied")),
    DATA_RESIDENCY_MISMATCH(
            Sentence.of("serving.cause-data-residency-mismatch"),
            Sentence.of("serving.cure-data-residency-mismatch")),
    POLICY_WIDENING(
            Sentence.of("serving.cause-policy-widening"),
            Sentence.of("serving.cure-policy-widening")),
    MODEL_NOT_FOUND(
            Sentence.of("serving.cause-model-not-found"),
            Sentence.of("serving.cure-model-not-found")),
    NOT_FOUND(Sentence.of("serving.cause-not-found"), Sentence.of("serving.cure-not-found")),
    REQUESTS_PER_MINUTE(
            Sentence.of("serving.cause-requests-per-minute"),
            Sentence.of("serving.cure-requests-per-minute")),
    TOKENS_PER_MINUTE(
            Sentence.of("serving.cause-tokens-per-minute"),
            Sentence.of("serving.cure-tokens-per-minute")),
    CONCURRENT_REQUESTS(
            Sentence.of("serving.cause-concurrent-requests"),
            Sentence.of("serving.cure-concurrent-requests")),
    BYTES_AT_ONCE(
            Sentence.of("serving.cause-bytes-at-once"), Sentence.of("serving.cure-bytes-at-once")),
    RATE_LIMIT_EXCEEDED(
            Sentence.of("serving.cause-rate-limit-exceeded"),
            Sentence.of("serving.cure-rate-limit-exceeded")),
    INSUFFICIENT_QUOTA(
            Sentence.of("serving.cause-insufficient-quota"),
            Sentence.of("serving.cure-insufficient-quota")),
    RESIDENCY_CAPACITY(
            Sentence.of("serving.cause-residency-capacity"),
            Sentence.of("serving.cure-residency-capacity")),
    OVERLOADED(Sentence.of("serving.cause-overloaded"), Sentence.of("serving.cure-overloaded")),
    OTHER(Sentence.of("serving.cause-other"), Sentence.of("serving.cure-other"));

    private final Sentence cause;
    private final Sentence cure;

    RefusalWords(Sentence cause, Sentence cure) {
        this.cause = cause;
        this.cure = cure;
    }

    public Sentence cause() {
        return cause;
    }

    public Sentence cure() {
        return cure;
    }

    /// The words for a rule where there are such, else for the code.
    public static RefusalWords of(RefusedRequest.Cause cause) {
        for (var name : new String[] {cause.rule(), cause.code()}) {
            for (var words : values()) {
                if (words.name().equalsIgnoreCase(name)) {
                    return words;
                }
            }
        }
        return OTHER;
    }
}
