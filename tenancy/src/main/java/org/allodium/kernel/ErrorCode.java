package org.allodium.kernel;

import java.util.Locale;

/// Every refusal and failure that a client can see, with its wire code in the error object.
public enum ErrorCode {
    INVALID_REQUEST(Kind.CALLER, 400),
    UNSUPPORTED_PARAMETER(Kind.CALLER, 400),
    CONTEXT_LENGTH_EXCEEDED(Kind.CALLER, 400),
    INVALID_API_KEY(Kind.CALLER, 401),
    PERMISSION_DENIED(Kind.FORBIDDEN, 403),
    DATA_RESIDENCY_MISMATCH(Kind.FORBIDDEN, 403),
    POLICY_WIDENING(Kind.FORBIDDEN, 403),
    SEPARATION_OF_DUTIES(Kind.FORBIDDEN, 403),
    NOT_FOUND(Kind.CALLER, 404),
    MODEL_NOT_FOUND(Kind.CALLER, 404),
    METHOD_NOT_ALLOWED(Kind.CALLER, 405),
    /// The thing was changed or decided by somebody else meanwhile.
    CONFLICT(Kind.CALLER, 422),
    /// An edit of what somebody else changed meanwhile; it says who, and nothing was saved.
    EDITED_MEANWHILE(Kind.CALLER, 409),
    /// An idempotency key stands for another request already.
    IDEMPOTENCY_KEY_REUSED(Kind.CALLER, 422),
    IDEMPOTENCY_KEY_IN_USE(Kind.CALLER, 409),
    /// A repeat of a request that has run, whose answer is not there any more.
    ANSWER_NOT_KEPT(Kind.CALLER, 410),
    /// It is of a month that was put away, and comes back with it.
    ARCHIVED(Kind.CALLER, 410),
    REQUEST_TOO_LARGE(Kind.CALLER, 413),
    UNSUPPORTED_MEDIA_TYPE(Kind.CALLER, 415),
    RATE_LIMIT_EXCEEDED(Kind.CAPACITY, 429),
    INSUFFICIENT_QUOTA(Kind.CAPACITY, 429),
    RESIDENCY_CAPACITY(Kind.CAPACITY, 503),
    OVERLOADED(Kind.CAPACITY, 503),
    UPSTREAM_FAILED(Kind.UPSTREAM, 502),
    SERVER_ERROR(Kind.OURS, 500);

    /// Decides the log level and the metric tag.
    public enum Kind {
        CALLER,
        FORBIDDEN,
        CAPACITY,
        UPSTREAM,
        OURS
    }

    private final Kind kind;
    private final int httpStatus;

    ErrorCode(Kind kind, int httpStatus) {
        this.kind = kind;
        this.httpStatus = httpStatus;
    }

    public Kind kind() {
        return kind;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /// The `code` of the error object, such as `data_residency_mismatch`.
    public String wireCode() {
        return name().toLowerCase(Locale.ROOT);
    }
}
