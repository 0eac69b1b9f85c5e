package org.allodium.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;
import org.allodium.kernel.Database;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenancyFixture;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class KnownKeysTest {
    private static final String ISSUE =
            """
            insert into identity.api_key (id, tenant_id, project_id, name, prefix, key_hash,
                allowed_models, created_by, adopted, created_at, expires_at, live_name)
            select gen_random_uuid(), :tenant, :project, 'key ' || n, 'sk-alo-',
                sha256(('secret ' || n)::bytea), '{}', 'ann', false, now(),
                now() + interval '90 days', 'key ' || n
            from generate_series(:first, :last) n""";

    private final KnownKeys keys = new KnownKeys();
    private TenancyFixture rooms;
    private Tenant tenant;
    private Project project;

    @BeforeEach
    void aProject() {
        rooms = TenancyFixture.fresh();
        tenant = rooms.organisation("Lab");
        project =
                rooms.database.inTransaction(
                        TenantScope.of(tenant.id(), "owner", Set.of(Role.OWNER)),
                        _ -> rooms.projects.create(tenant.id(), "Tides"));
    }

    @AfterEach
    void close() {
        rooms.close();
    }

    @Test
    void everyKeyIsFoundAndNoOther() {
        issue(1, 3_000);
        reading(keys::readAll);
        assertThat(keys.size()).isEqualTo(3_000);
        for (int n = 1; n <= 3_000; n++) {
            assertThat(keys.find(hash(n)).orElseThrow().name()).isEqualTo("key " + n);
        }
        assertThat(keys.find(hash(3_001))).isEmpty();
    }

    @Test
    void whatIsNamedIsReadAgain() {
        issue(1, 1_000);
        reading(keys::readAll);
        issue(1_001, 2_500);
        change("update identity.api_key set revoked_at = now() where name = 'key 7'");
        var names = new HashSet<String>(Set.of(name(7), name(9_999)));
        for (int n = 1_001; n <= 2_500; n++) {
            names.add(name(n));
        }
        reading(handle -> keys.read(handle, names));
        assertThat(keys.size()).isEqualTo(2_500);
        assertThat(keys.find(hash(7)).orElseThrow().revokedAt()).isNotNull();
        assertThat(keys.find(hash(8)).orElseThrow().revokedAt()).isNull();
        assertThat(keys.find(hash(2_500))).isPresent();
        assertThat(keys.find(hash(9_999))).isEmpty();
        change("update identity.api_key set key_hash = sha256('other') where name = 'key 8'");
        reading(handle -> keys.read(handle, Set.of(name(8))));
        assertThat(keys.find(hash(8))).isEmpty();
        assertThat(keys.size()).isEqualTo(2_499);
    }

    @Test
    @Tag("long")
    void aMillionKeysAreReadInTenSeconds() {
        issue(1, 1_000_000);
        long before = used();
        long begun = System.nanoTime();
        reading(keys::readAll);
        var took = Duration.ofNanos(System.nanoTime() - begun);
        long held = used() - before;
        long named = System.nanoTime();
        reading(handle -> keys.read(handle, Set.of(name(77))));
        System.out.printf(
                "  A million keys: %s, %d MB; one of them again: %s%n",
                took, held >> 20, Duration.ofNanos(System.nanoTime() - named));
        assertThat(keys.size()).isEqualTo(1_000_000);
        assertThat(held).isLessThan(300L << 20);
        assertThat(took).isLessThan(Duration.ofSeconds(10));
    }

    private static long used() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void issue(int first, int last) {
        Database.over(rooms.database.app())
                .inTransactionOf(
                        tenant.id().value(),
                        handle ->
                                handle.createUpdate(ISSUE)
                                        .bind("tenant", tenant.id())
                                        .bind("project", project.id())
                                        .bind("first", first)
                                        .bind("last", last)
                                        .execute());
    }

    private void change(String sql) {
        Database.over(rooms.database.app())
                .inTransactionOf(tenant.id().value(), handle -> handle.execute(sql));
    }

    private void reading(Consumer<Handle> work) {
        Database.over(rooms.database.platform()).useHandle(work::accept);
    }

    private static byte[] hash(int n) {
        return OpaqueTokens.hash("secret " + n);
    }

    private static String name(int n) {
        return "\\x" + HexFormat.of().formatHex(hash(n));
    }
}
