package org.allodium.evidence.internal;

import java.util.Optional;
import java.util.regex.Pattern;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.jdbi.v3.core.Handle;

/// The log's origin: the first line of its checkpoints and the name of the keys that sign them.
/// Given once, when there is a log, and the same for good: to a reader, a log of another name is
/// another log.
public final class LogName {
    private static final Pattern USABLE =
            Pattern.compile("[^\\s+\\p{Cntrl}]{1,200}", Pattern.UNICODE_CHARACTER_CLASS);
    private static final int RANDOM_BYTES = 8;

    private LogName() {}

    /// @param configured what it shall be; without it, a name is made up that nobody else has
    public static void establish(Handle handle, Optional<String> configured) {
        configured
                .filter(name -> !USABLE.matcher(name).matches())
                .ifPresent(
                        name -> {
                            throw Refused.of(ErrorCode.CONFLICT, "evidence.unusable-origin", name);
                        });
        var established =
                LogTable.establish(
                        handle, configured.orElseGet(() -> "allodium/" + Ids.secret(RANDOM_BYTES)));
        configured
                .filter(name -> !name.equals(established))
                .ifPresent(
                        name -> {
                            throw Refused.of(
                                    ErrorCode.CONFLICT,
                                    "evidence.another-origin",
                                    established,
                                    name);
                        });
    }
}
