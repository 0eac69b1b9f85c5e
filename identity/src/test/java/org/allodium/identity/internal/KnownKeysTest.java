package org.allodium.identity.internal;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.allodium.kernel.Database;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenancyFixture;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.internal.Organisations;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
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

    private static final List<String> TABLES =
            List.of("tenancy.organisation", "tenancy.project", "identity.api_key");
    private static final String ORGANISATIONS =
            """
            insert into tenancy.organisation
            select (jsonb_populate_record(o, jsonb_build_object('tenant_id', gen_random_uuid(),
                'slug', 'lab-' || n, 'name', 'Lab ' || n, 'identifier', 'XA-' || n))).*
            from tenancy.organisation o, generate_series(0, 9999) n""";
    private static final String PROJECTS =
            """
            insert into tenancy.project (id, tenant_id, name, created_at)
            select gen_random_uuid(), tenant_id, 'Currents', now()
            from tenancy.organisation where slug like 'lab-%'""";
    private static final String KEYS =
            """
            insert into identity.api_key (id, tenant_id, project_id, name, prefix, key_hash,
                allowed_models, created_by, adopted, created_at, expires_at, live_name)
            select gen_random_uuid(), o.tenant_id, p.id, 'key ' || n, 'sk-alo-',
                sha256(('secret ' || n)::bytea), '{}', 'ann', false, now(),
                now() + interval '90 days', 'key ' || n
            from generate_series(1, 1000000) n
            join tenancy.organisation o on o.slug = 'lab-' || n % 10000
            join tenancy.project p on p.tenant_id = o.tenant_id and p.name = 'Currents'""";

    private final KnownKeys keys = new KnownKeys(this::readInTheLastRound);
    private final AtomicInteger rounds = new AtomicInteger();
    private TenancyFixture rooms;
    private Tenant tenant;
    private Project project;

    /// As the news let nobody through before everything is read.
    private void readInTheLastRound() {
        if (rounds.get() > 0 && rounds.decrementAndGet() == 0) {
            reading(keys::readAll);
        }
    }

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
        assertThat(found(1, 2_500)).isEqualTo(2_500);
        assertThat(keys.find(hash(7)).orElseThrow().revokedAt()).isNotNull();
        assertThat(keys.find(hash(8)).orElseThrow().revokedAt()).isNull();
        assertThat(keys.find(hash(2_500))).isPresent();
        assertThat(keys.find(hash(9_999))).isEmpty();
        change("update identity.api_key set key_hash = sha256('other') where name = 'key 8'");
        reading(handle -> keys.read(handle, Set.of(name(8))));
        assertThat(keys.find(hash(8))).isEmpty();
        assertThat(found(1, 2_500)).isEqualTo(2_499);
    }

    @Test
    void whatIsForEverIsAsFarAwayAsCanBeSaid() {
        issue(1, 4);
        change("update identity.api_key set expires_at = 'infinity' where name = 'key 1'");
        change("update identity.api_key set revoked_at = 'infinity' where name = 'key 2'");
        change("update identity.api_key set expires_at = '-infinity' where name = 'key 3'");
        reading(keys::readAll);
        var now = Instant.parse("2026-11-30T12:00:00Z");
        assertThat(keys.find(hash(1)).orElseThrow().expiresAt()).isAfter(now);
        assertThat(keys.find(hash(2)).orElseThrow().revokedAt()).isNotNull();
        assertThat(keys.find(hash(3)).orElseThrow().expiresAt()).isBefore(now);
        assertThat(keys.find(hash(4)).orElseThrow().revokedAt()).isNull();
    }

    /// Whoever asked for freshness a moment before is not told that its key is unknown.
    @Test
    void whoAsksWhileAllKeysAreReadIsToldWhatIsReadThen() {
        issue(1, 1);
        reading(keys::readAll);
        assertThatThrownBy(() -> reading(handle -> keys.readAll(closed(handle))))
                .isInstanceOf(JdbiException.class);
        rounds.set(2);
        assertThat(keys.find(hash(1))).isPresent();
        assertThat(rounds).hasValue(0);
    }

    private static Handle closed(Handle handle) {
        handle.close();
        return handle;
    }

    /// Organisations with a project and a hundred keys each, which nobody uses.
    @Test
    @Tag("long")
    void aMillionKeysOfTenThousandOrganisationsAreReadInTenSeconds() throws Exception {
        past(ORGANISATIONS, PROJECTS, KEYS);
        var organisations = new Organisations();
        Runnable readAll =
                () ->
                        reading(
                                handle ->
                                        List.of(organisations, keys)
                                                .forEach(v -> v.readAll(handle)));
        long before = used();
        var took = timed(readAll);
        long held = used() - before;
        long most = most(readAll) - before;
        System.out.printf(
                "  A million keys: %s, %d MB, again %d MB%n", took, held >> 20, most >> 20);
        assertThat(found(1, 1_000_000)).isEqualTo(1_000_000);
        assertThat(held).isLessThan(300L << 20);
        assertThat(most).isLessThan(held + (60L << 20));
        assertThat(took).isLessThan(Duration.ofSeconds(10));
        assertThat(oneAtATime(200)).isLessThan(Duration.ofMillis(1));
        past("update identity.api_key set key_hash = sha256(key_hash) where name < 'key 100180'");
        var changed = names(1, 1_000_000, n -> ("key " + n).compareTo("key 100180") < 0);
        var without = timed(() -> reading(handle -> keys.read(handle, changed)));
        System.out.printf("  %d keys gone: %s%n", changed.size(), without);
        assertThat(without).isLessThan(Duration.ofSeconds(2));
        assertThat(found(1, 1_000_000)).isEqualTo(1_000_000 - changed.size());
    }

    /// The median of so many changes, each heard and read by itself, as the line of news does.
    private Duration oneAtATime(int changes) {
        var times = new ArrayList<Duration>();
        reading(
                handle -> {
                    for (int n = 1; n <= 2 * changes; n++) {
                        var name = Set.of(name(n));
                        times.add(timed(() -> keys.read(handle, name)));
                    }
                });
        var median =
                times.subList(changes, 2 * changes).stream().sorted().toList().get(changes / 2);
        System.out.printf("  One key read again: %s%n", median);
        return median;
    }

    private static Duration timed(Runnable work) {
        long begun = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /// As the tables' owner, past the rows' policies and without news.
    private void past(String... statements) {
        Database.over(rooms.database.owner())
                .useTransaction(
                        handle -> {
                            for (var table : TABLES) {
                                handle.execute(
                                        "alter table %s disable row level security, disable trigger news"
                                                .formatted(table));
                            }
                            for (var statement : statements) {
                                handle.execute(statement);
                            }
                            for (var table : TABLES) {
                                handle.execute(
                                        "alter table %s enable row level security, enable always trigger news"
                                                .formatted(table));
                            }
                        });
    }

    private static Set<String> names(int first, int last, IntPredicate which) {
        return IntStream.rangeClosed(first, last)
                .filter(which)
                .mapToObj(KnownKeysTest::name)
                .collect(toSet());
    }

    private long found(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .filter(n -> keys.find(hash(n)).isPresent())
                .count();
    }

    /// The most that was reachable at any moment of the work.
    private static long most(Runnable work) throws Exception {
        try (var worker = Executors.newSingleThreadExecutor()) {
            var done = worker.submit(work);
            long most = 0;
            while (!isDoneInASecond(done)) {
                most = Math.max(most, used());
            }
            return most;
        }
    }

    private static boolean isDoneInASecond(Future<?> work) throws Exception {
        try {
            work.get(1, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
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
