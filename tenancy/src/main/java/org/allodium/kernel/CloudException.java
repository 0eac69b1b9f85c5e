package org.allodium.kernel;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A refusal whose sentence has no key yet.
public final class CloudException extends Refused {
    public CloudException(ErrorCode code, String safeDetail) {
        this(code, safeDetail, null, null);
    }

    /// `param` is the JSON path or the form field that is wrong, such as `messages[1].content`.
    public CloudException(
            ErrorCode code, String safeDetail, @Nullable String param, @Nullable Throwable cause) {
        super(code, Sentence.asSaid(safeDetail), Optional.ofNullable(param), cause);
    }
}
