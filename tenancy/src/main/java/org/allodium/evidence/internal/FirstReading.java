package org.allodium.evidence.internal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// The signature over a single receipt of the log. It is made when somebody reads the receipt for
/// the first time, says when that was, and stays the same. It is stored without the payload in its
/// middle.
record FirstReading(Instant at, String header, String signature) {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    static FirstReading sign(String payload, SigningKey key, Instant now) {
        var header =
                BASE64.encodeToString(
                        ("{\"alg\":\"ES256\",\"kid\":\""
                                        + key.id()
                                        + "\",\"typ\":\"JWS\",\"iat\":"
                                        + now.getEpochSecond()
                                        + "}")
                                .getBytes(StandardCharsets.US_ASCII));
        var signed = header + "." + base64(payload);
        return new FirstReading(
                now,
                header,
                BASE64.encodeToString(key.sign(signed.getBytes(StandardCharsets.US_ASCII))));
    }

    /// The compact serialisation (RFC 7515).
    String jws(String payload) {
        return header + "." + base64(payload) + "." + signature;
    }

    private static String base64(String payload) {
        return BASE64.encodeToString(payload.getBytes(StandardCharsets.UTF_8));
    }

    static Optional<FirstReading> find(Handle handle, RowKey key, String id) {
        return handle.createQuery(
                        "select at, jws from evidence.first_reading"
                                + " where key = :key and id = :id")
                .bind("key", key.key())
                .bind("id", id)
                .map(
                        row -> {
                            var parts = row.getColumn("jws", String.class).split("\\.", -1);
                            return new FirstReading(
                                    row.getColumn("at", Instant.class), parts[0], parts[2]);
                        })
                .findOne();
    }

    /// Unless another reader was faster.
    void add(Handle handle, RowKey key, UUID tenant, String id) {
        handle.createUpdate(
                        "insert into evidence.first_reading (key, tenant_id, id, at, jws)"
                                + " values (:key, :tenant, :id, :at, :jws) on conflict do nothing")
                .bind("key", key.key())
                .bind("tenant", tenant)
                .bind("id", id)
                .bind("at", at)
                .bind("jws", header + ".." + signature)
                .execute();
    }
}
