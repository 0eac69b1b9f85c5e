package org.allodium.evidence;

import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/// Where the signing key lies: `allodium.signing-key-file`, else a file below the data folder.
/// @param logOrigin the log's name, of which the first start decides
record EvidenceConfig(Path signingKeyFile, Optional<String> logOrigin) {
    static EvidenceConfig read(Config config) {
        return new EvidenceConfig(
                config.getOptionalValue("allodium.signing-key-file", String.class)
                        .map(Path::of)
                        .orElseGet(
                                () ->
                                        Path.of(
                                                config.getOptionalValue(
                                                                "allodium.home", String.class)
                                                        .orElse(".allodium"),
                                                "secrets",
                                                "receipt-signing-key.json")),
                config.getOptionalValue("allodium.evidence.log-origin", String.class));
    }
}
