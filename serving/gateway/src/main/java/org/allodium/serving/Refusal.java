package org.allodium.serving;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.allodium.kernel.ErrorCode;

/// Why a request was not served, with what the caller may know: nothing was sent, cached or
/// charged.
public final class Refusal extends RuntimeException {
    private final ErrorCode code;
    private final Optional<String> param;
    private final Optional<Duration> retryAfter;
    private final List<Detail> details;

    public Refusal(
            ErrorCode code,
            String message,
            Optional<String> param,
            Optional<Duration> retryAfter,
            List<Detail> details) {
        super(message, null, false, false);
        this.code = code;
        this.param = param;
        this.retryAfter = retryAfter;
        this.details = List.copyOf(details);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public ErrorCode code() {
        return code;
    }

    public Optional<String> param() {
        return param;
    }

    /// Present when waiting helps.
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    public List<Detail> details() {
        return details;
    }

    /// One reason. `rule` is an id and a code (`R7 operator_control`) or a limit's name; `scope` is
    /// the pool or the level (key, project, organisation, grants). Empty strings are left out on
    /// the wire.
    public record Detail(
            String rule,
            String scope,
            String explanation,
            String limit,
            String used,
            String resetsAt,
            String whoCanChange) {}
}
