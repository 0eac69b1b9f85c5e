package org.allodium.evidence.internal;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyRevocation;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.allodium.evidence.Bytes;
import org.allodium.evidence.KeyRecord;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import tools.jackson.databind.json.JsonMapper;

/// The published key set. Validity stands in each key as OpenID Federation has it for historical
/// keys: `nbf`, `exp`, and `revoked` with its moment where a key was lost.
public final class PublicKeys {
    public static final KeyRevocation.Reason LOST = KeyRevocation.Reason.parse("lost");

    /// A verifier key of C2SP signed-note.
    static final String NOTE_KEY = "c2sp_verifier_key";

    private static final JsonMapper JSON = JsonMapper.shared();

    private PublicKeys() {}

    /// @param origin of the log, by which tools for C2SP name the keys of its checkpoints
    public static String jwks(List<KeyRecord> keys, Optional<String> origin) {
        try {
            var all = new ArrayList<Map<String, Object>>();
            for (var key : keys) {
                if (key.jwk().isPresent()) {
                    all.add(published(key, JWK.parse(key.jwk().get()), origin));
                }
            }
            return JSON.writeValueAsString(Map.of("keys", all));
        } catch (ParseException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "evidence.public-key-unreadable").because(e);
        }
    }

    private static Map<String, Object> published(
            KeyRecord key, JWK parsed, Optional<String> origin) {
        return switch (parsed) {
            case ECKey ec -> {
                var builder =
                        new ECKey.Builder(ec.toPublicJWK())
                                .notBeforeTime(Date.from(key.since()))
                                .expirationTime(end(key).orElse(null))
                                .keyRevocation(revocation(key).orElse(null));
                yield builder.build().toJSONObject();
            }
            case OctetKeyPair pair -> {
                var builder =
                        new OctetKeyPair.Builder(pair.toPublicJWK())
                                .notBeforeTime(Date.from(key.since()))
                                .expirationTime(end(key).orElse(null))
                                .keyRevocation(revocation(key).orElse(null));
                var fields = new LinkedHashMap<>(builder.build().toJSONObject());
                origin.map(name -> new NoteKey(name, Bytes.of(pair.getDecodedX())))
                        .ifPresent(note -> fields.put(NOTE_KEY, note.text()));
                yield fields;
            }
            default -> throw new IllegalStateException("No key of ours: " + parsed.getKeyType());
        };
    }

    private static Optional<Date> end(KeyRecord key) {
        return key.ending().map(ending -> Date.from(ending.at()));
    }

    private static Optional<KeyRevocation> revocation(KeyRecord key) {
        return key.ending()
                .filter(ending -> ending.kind() == KeyRecord.Kind.DECLARED_LOST)
                .map(ending -> new KeyRevocation(Date.from(ending.at()), LOST));
    }

    /// Beside the secrets' folder, for checks without a server; whole or not at all.
    public static void publish(List<KeyRecord> keys, Optional<String> origin, Path file) {
        try {
            Files.createDirectories(file.getParent());
            Path draft = Files.createTempFile(file.getParent(), "jwks", ".draft");
            Files.writeString(draft, jwks(keys, origin));
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
