package org.allodium.serving.rest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.Refusal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The error object of `/v1`, and the headers that tell a client whether to try again.
record ErrorBody(
        ErrorCode code,
        String message,
        Optional<String> param,
        Optional<Duration> retryAfter,
        List<Refusal.Detail> details) {
    private static final JsonMapper JSON = JsonMapper.shared();

    ErrorBody {
        details = List.copyOf(details);
    }

    /// What a client may know of a failure: never a library's words.
    static ErrorBody of(Throwable failure, String requestId) {
        if (DatabaseAway.isCauseOf(failure)) {
            return new ErrorBody(
                    ErrorCode.OVERLOADED,
                    "The service cannot reach its records for the moment. Try again soon; nothing"
                            + " was changed.",
                    Optional.empty(),
                    Optional.empty(),
                    List.of());
        }
        return switch (failure) {
            case Refusal refusal ->
                    new ErrorBody(
                            refusal.code(),
                            refusal.getMessage(),
                            refusal.param(),
                            refusal.retryAfter(),
                            refusal.details());
            case Refused known ->
                    new ErrorBody(
                            known.code(),
                            known.english(),
                            known.field(),
                            known.retryAfter(),
                            List.of());
            default ->
                    new ErrorBody(
                            ErrorCode.SERVER_ERROR,
                            "Something broke here. Tell us the request id " + requestId + ".",
                            Optional.empty(),
                            Optional.empty(),
                            List.of());
        };
    }

    ObjectNode json(@Nullable String receiptId) {
        var body = JSON.createObjectNode();
        var error = body.putObject("error");
        error.put("message", message);
        error.put("type", type());
        if (param.isPresent()) {
            error.put("param", param.get());
        } else {
            error.putNull("param");
        }
        error.put("code", code.wireCode());
        if (!details.isEmpty()) {
            var list = error.putArray("details");
            details.forEach(detail -> put(list.addObject(), detail));
        }
        if (receiptId != null) {
            error.put("receipt_id", receiptId);
        }
        return body;
    }

    private static void put(ObjectNode node, Refusal.Detail detail) {
        // `R7 operator_control`: the rule's id for people who look it up, the code for programs.
        int space = detail.rule().indexOf(' ');
        put(node, "rule", space < 0 ? detail.rule() : detail.rule().substring(0, space));
        put(node, "code", space < 0 ? "" : detail.rule().substring(space + 1));
        put(node, "scope", detail.scope());
        put(node, "explanation", detail.explanation());
        put(node, "limit", detail.limit());
        put(node, "used", detail.used());
        put(node, "resets_at", detail.resetsAt());
        put(node, "who_can_change", detail.whoCanChange());
    }

    private static void put(ObjectNode node, String name, String value) {
        if (!value.isEmpty()) {
            node.put(name, value);
        }
    }

    private String type() {
        return switch (code) {
            case INSUFFICIENT_QUOTA -> "insufficient_quota";
            case RATE_LIMIT_EXCEEDED -> "rate_limit_error";
            case INVALID_API_KEY -> "authentication_error";
            case PERMISSION_DENIED,
                    DATA_RESIDENCY_MISMATCH,
                    POLICY_WIDENING,
                    SEPARATION_OF_DUTIES ->
                    "permission_error";
            case IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_USE, ANSWER_NOT_KEPT ->
                    "idempotency_error";
            case RESIDENCY_CAPACITY, OVERLOADED, UPSTREAM_FAILED, SERVER_ERROR -> "server_error";
            case INVALID_REQUEST,
                    UNSUPPORTED_PARAMETER,
                    CONTEXT_LENGTH_EXCEEDED,
                    NOT_FOUND,
                    MODEL_NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    CONFLICT,
                    EDITED_MEANWHILE,
                    REQUEST_TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE ->
                    "invalid_request_error";
        };
    }

    void headers(Exchange exchange) {
        headers(exchange::header);
    }

    /// Without these a client would try three times what can never succeed.
    void headers(BiConsumer<String, String> header) {
        if (retryAfter.isPresent()) {
            long seconds = Math.max(1, retryAfter.get().plusMillis(999).toSeconds());
            header.accept("Retry-After", Long.toString(seconds));
        } else if (code == ErrorCode.OVERLOADED || code == ErrorCode.RESIDENCY_CAPACITY) {
            header.accept("Retry-After", "5");
        } else if (code.kind() == ErrorCode.Kind.FORBIDDEN
                || code == ErrorCode.INSUFFICIENT_QUOTA
                || code == ErrorCode.RATE_LIMIT_EXCEEDED) {
            header.accept("x-should-retry", "false");
        }
        if (code == ErrorCode.INVALID_API_KEY) {
            header.accept("WWW-Authenticate", "Bearer realm=\"allodium\"");
        }
    }
}
