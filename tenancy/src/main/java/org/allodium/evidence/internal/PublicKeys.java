package org.allodium.evidence.internal;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyRevocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.allodium.evidence.KeyRecord;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;

/// The published key set. Validity stands in each key as OpenID Federation has it for historical
/// keys: `nbf`, `exp`, and `revoked` with its moment where a key was lost.
public final class PublicKeys {
    public static final KeyRevocation.Reason LOST = KeyRevocation.Reason.parse("lost");

    private PublicKeys() {}

    public static String jwks(List<KeyRecord> keys) {
        try {
            var all = new ArrayList<JWK>();
            for (var key : keys) {
                if (key.jwk().isPresent()) {
                    all.add(withValidity(key, ECKey.parse(key.jwk().get())));
                }
            }
            return new JWKSet(all).toString(true);
        } catch (ParseException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "evidence.public-key-unreadable").because(e);
        }
    }

    private static JWK withValidity(KeyRecord key, ECKey parsed) {
        var builder = new ECKey.Builder(parsed.toPublicJWK()).notBeforeTime(Date.from(key.since()));
        key.ending()
                .ifPresent(
                        ending -> {
                            var at = Date.from(ending.at());
                            builder.expirationTime(at);
                            if (ending.kind() == KeyRecord.Kind.DECLARED_LOST) {
                                builder.keyRevocation(new KeyRevocation(at, LOST));
                            }
                        });
        return builder.build();
    }

    /// Beside the secrets' folder, for checks without a server; whole or not at all.
    public static void publish(List<KeyRecord> keys, Path file) {
        try {
            Files.createDirectories(file.getParent());
            Path draft = Files.createTempFile(file.getParent(), "jwks", ".draft");
            Files.writeString(draft, jwks(keys));
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    /// Which key a receipt's header names.
    public static Optional<String> kid(String jws) {
        try {
            return Optional.ofNullable(JWSObject.parse(jws).getHeader().getKeyID());
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
