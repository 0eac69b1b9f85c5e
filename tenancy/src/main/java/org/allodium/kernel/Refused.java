package org.allodium.kernel;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one word for no, and the one exception that crosses rooms: nothing of what was asked for is
/// done. Whatever it says may be read by any client; the cause may not. See decision 0026.
public final class Refused extends RuntimeException {
    private final ErrorCode code;
    private final Sentence sentence;
    private final Details details;

    /// What only some refusals have.
    private record Details(
            Optional<String> field, Optional<Duration> retryAfter, List<Reason> reasons) {
        Details {
            reasons = List.copyOf(reasons);
        }
    }

    /// One reason among several.
    /// @param scope the pool, or the level: key, project, organisation, grants
    /// @param explanation empty where the refusal's own sentence says it all
    /// @param limit how much there may be; empty for none, as are the next three
    /// @param resetsAt an instant
    public record Reason(
            Grounds grounds,
            String scope,
            Optional<Sentence> explanation,
            String limit,
            String used,
            String resetsAt,
            String whoCanChange) {}

    public Refused(ErrorCode code, Sentence sentence) {
        this(code, sentence, new Details(Optional.empty(), Optional.empty(), List.of()), null);
    }

    /// A failure of ours is looked for in the log, so it keeps its stack; a caller's needs none.
    private Refused(ErrorCode code, Sentence sentence, Details details, @Nullable Throwable cause) {
        super(null, cause, true, code.kind() == ErrorCode.Kind.OURS);
        this.code = code;
        this.sentence = sentence;
        this.details = details;
    }

    public static Refused of(ErrorCode code, String key, Object... arguments) {
        return new Refused(code, Sentence.of(key, arguments));
    }

    /// What is wrong in a request: a form's field or a JSON path like `messages[1].content`.
    public static Refused invalid(String field, String key, Object... arguments) {
        return of(ErrorCode.INVALID_REQUEST, key, arguments).at(field);
    }

    public Refused at(String field) {
        return new Refused(
                code,
                sentence,
                new Details(Optional.of(field), details.retryAfter, details.reasons),
                getCause());
    }

    /// Waiting so long helps.
    public Refused retryAfter(Duration wait) {
        return new Refused(
                code,
                sentence,
                new Details(details.field, Optional.of(wait), details.reasons),
                getCause());
    }

    public Refused with(List<Reason> reasons) {
        return new Refused(
                code,
                sentence,
                new Details(details.field, details.retryAfter, reasons),
                getCause());
    }

    public Refused because(@Nullable Throwable cause) {
        return new Refused(code, sentence, details, cause);
    }

    /// For logs.
    @Override
    public String getMessage() {
        return code.wireCode() + ": " + english();
    }

    public ErrorCode code() {
        return code;
    }

    public Sentence sentence() {
        return sentence;
    }

    /// In English, as the clients of the APIs read it.
    public String english() {
        return sentence.english();
    }

    public Optional<String> field() {
        return details.field;
    }

    public Optional<Duration> retryAfter() {
        return details.retryAfter;
    }

    public List<Reason> reasons() {
        return details.reasons;
    }
}
