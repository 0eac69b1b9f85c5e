package org.allodium.kernel;

import org.jspecify.annotations.Nullable;

/// The one exception that crosses rooms. `safeDetail` is a sentence that any client may read; the
/// cause is not.
public final class CloudException extends RuntimeException {
    private final ErrorCode code;
    private final String safeDetail;
    private final @Nullable String param;

    public CloudException(ErrorCode code, String safeDetail) {
        this(code, safeDetail, null, null);
    }

    /// `param` is the JSON path or the form field that is wrong, such as `messages[1].content`.
    public CloudException(
            ErrorCode code, String safeDetail, @Nullable String param, @Nullable Throwable cause) {
        super(code.wireCode() + ": " + safeDetail, cause);
        this.code = code;
        this.safeDetail = safeDetail;
        this.param = param;
    }

    public ErrorCode code() {
        return code;
    }

    public String safeDetail() {
        return safeDetail;
    }

    public @Nullable String param() {
        return param;
    }
}
