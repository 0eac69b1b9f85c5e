package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A key after its last moment opens nothing and leaves no trace. No key lives for
/// less than a day, so the row's end is moved in the product's own database.
class ExpiredKeyIT {
    private static final String COPY =
            """
            insert into identity.api_key (id, tenant_id, project_id, name, prefix, key_hash,
                allowed_models, created_by, adopted, created_at, expires_at)
            select ?, tenant_id, project_id, 'soon over', prefix, ?, allowed_models, created_by,
                adopted, now() - interval '1 day', now()
            from identity.api_key where key_hash = ?""";

    private final UUID id = UUID.randomUUID();
    private final String key =
            "sk-alo-" + (id + "-" + UUID.randomUUID()).replace("-", "").substring(0, 43);
    private UUID tenant;

    @BeforeEach
    void aKeyBesideTheStandardOne() throws Exception {
        tenant = UUID.fromString(owner(Product.key("standard")));
        try (var connection = Product.database(tenant);
                var insert = connection.prepareStatement(COPY)) {
            insert.setObject(1, id);
            insert.setBytes(2, hash(key));
            insert.setBytes(3, hash(Product.key("standard")));
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
        awaitAnswer("expired");
    }

    /// Nobody waits for the news of what is changed beside the product.
    private void awaitAnswer(String words) throws Exception {
        Waiting.until(
                Duration.ofSeconds(5),
                "the key's answer says " + words,
                () -> Api.with(key).get("/models").text().contains(words));
    }

    @AfterEach
    void endIt() throws SQLException {
        change("update identity.api_key set revoked_at = now() where id = ?");
    }

    @Test
    void isRefusedOnEveryRouteAndChangesNothing() throws SQLException {
        var before = traces();

        for (var answer : everyRoute()) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(401);
            assertThat(answer.error().path("code").asString()).isEqualTo("invalid_api_key");
            assertThat(answer.error().path("message").asString()).contains("expired");
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
            assertThat(answer.header("x-request-id")).isNotBlank();
            assertThat(answer.header("x-receipt-id")).isEmpty();
        }
        assertThat(traces()).isEqualTo(before);
    }

    @Test
    void itsEndAloneIsTheReason() throws Exception {
        assertThat(Api.with(key).get("/models").status()).isEqualTo(401);
        change("update identity.api_key set expires_at = now() + interval '1 day' where id = ?");
        awaitAnswer("allodium-guide");
    }

    private List<Api.Answer> everyRoute() {
        var api = Api.with(key);
        return List.of(
                api.get("/models"),
                api.get("/models/allodium-guide"),
                api.get("/receipts/x"),
                api.chat("allodium-guide", "Hi", 4),
                api.post("/embeddings", "{\"model\":\"all-minilm-l6-v2\",\"input\":\"x\"}"));
    }

    /// What the tenant's requests leave behind, and when the key was last used.
    private List<String> traces() throws SQLException {
        var traces = new ArrayList<String>();
        for (var table : List.of("slot", "usage_event")) {
            traces.add(
                    one(
                            "select count(*)::text from billing." + table + " where tenant_id = ?",
                            tenant));
        }
        traces.add(
                one(
                        "select coalesce(last_used_at::text, '-') from identity.api_key where id = ?",
                        id));
        return traces;
    }

    private void change(String sql) throws SQLException {
        try (var connection = Product.database(tenant);
                var update = connection.prepareStatement(sql)) {
            update.setObject(1, id);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    /// The organisation of a key.
    static String owner(String secret) throws SQLException {
        return one("select tenant_id::text from identity.api_key where key_hash = ?", hash(secret));
    }

    private static String one(String sql, Object parameter) throws SQLException {
        try (var connection = Product.database();
                var select = connection.prepareStatement(sql)) {
            select.setObject(1, parameter);
            try (var rows = select.executeQuery()) {
                assertThat(rows.next()).isTrue();
                return rows.getString(1);
            }
        }
    }

    static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
