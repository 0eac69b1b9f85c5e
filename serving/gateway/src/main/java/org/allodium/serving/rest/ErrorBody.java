package org.allodium.serving.rest;

import java.util.function.BiConsumer;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.Rule;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The error object of `/v1`, and the headers that tell a client whether to try again.
/// @param said what the client may know
record ErrorBody(Refused said) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// What a client may know of a failure: never a library's words.
    static ErrorBody of(Throwable failure, String requestId) {
        if (DatabaseAway.isCauseOf(failure)) {
            return new ErrorBody(Refused.of(ErrorCode.OVERLOADED, "serving.records-away"));
        }
        return new ErrorBody(
                failure instanceof Refused known
                        ? known
                        : Refused.of(ErrorCode.SERVER_ERROR, "serving.broken", requestId));
    }

    ErrorCode code() {
        return said.code();
    }

    String message() {
        return said.english();
    }

    ObjectNode json(@Nullable String receiptId) {
        var body = JSON.createObjectNode();
        var error = body.putObject("error");
        error.put("message", message());
        error.put("type", type());
        said.field().ifPresentOrElse(p -> error.put("param", p), () -> error.putNull("param"));
        error.put("code", code().wireCode());
        if (!said.reasons().isEmpty()) {
            var list = error.putArray("details");
            said.reasons().forEach(reason -> put(list.addObject(), reason));
        }
        if (receiptId != null) {
            error.put("receipt_id", receiptId);
        }
        return body;
    }

    private static void put(ObjectNode node, Refused.Reason reason) {
        if (reason.grounds() instanceof Rule rule) {
            // The id for people who look it up, the code for programs.
            put(node, "rule", rule.id());
            put(node, "code", rule.code());
        } else {
            put(node, "rule", reason.grounds().label());
        }
        put(node, "scope", reason.scope());
        put(node, "explanation", reason.explanation().map(Sentence::english).orElse(""));
        put(node, "limit", reason.limit());
        put(node, "used", reason.used());
        put(node, "resets_at", reason.resetsAt());
        put(node, "who_can_change", reason.whoCanChange());
    }

    private static void put(ObjectNode node, String name, String value) {
        if (!value.isEmpty()) {
            node.put(name, value);
        }
    }

    private String type() {
        return switch (code()) {
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
                    ARCHIVED,
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
        var code = code();
        if (said.retryAfter().isPresent()) {
            long seconds = Math.max(1, said.retryAfter().get().plusMillis(999).toSeconds());
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
