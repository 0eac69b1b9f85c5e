package org.allodium.serving;

import java.time.Instant;
import java.util.Optional;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.TenantId;

/// Requests of one organisation that were refused for one cause within one minute. It holds nothing
/// that a client wrote.
/// @param minute when the minute began
/// @param rule the first rule or limit that was named, by its label; may be empty
/// @param route the route's template, or `-`
/// @param model a model of the catalog; empty where none was found
/// @param keyName empty for a person's access token
/// @param explanation the rule's own sentence
/// @param requestId of the latest
public record RefusedRequest(
        String id,
        TenantId tenant,
        Instant minute,
        Instant lastAt,
        long count,
        Cause cause,
        String keyId,
        String keyName,
        Optional<Sentence> explanation,
        String requestId) {

    /// What repeats are counted by, beside the key.
    public record Cause(int status, String code, String rule, String route, String model) {
        /// The same without what has many values.
        public Cause coarse() {
            return new Cause(status, code, "", "-", "");
        }
    }
}
