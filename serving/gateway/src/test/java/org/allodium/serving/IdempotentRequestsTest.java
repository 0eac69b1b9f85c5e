package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.allodium.serving.IdempotentRequests.Claim;
import org.allodium.serving.IdempotentRequests.Ending;
import org.allodium.serving.IdempotentRequests.Key;
import org.allodium.serving.internal.answers.AnswerSeal;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a real PostgreSQL, with the rights that the server has there.
class IdempotentRequestsTest {
    private static final TenantScope OURS = scope(1);
    private static final TenantScope THEIRS = scope(2);
    private static final byte[] ANSWER = "the prompt's answer".getBytes(StandardCharsets.UTF_8);
    private static final Key KEY = new Key(hash(1), hash(2));

    @TempDir Path home;

    private final TestDatabase database = TestDatabase.fresh();
    private Instant now = Instant.parse("2026-11-01T00:00:00Z");
    private IdempotentRequests repeats;

    @BeforeEach
    void start() {
        repeats = process();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theSameRequestGetsTheFirstAnswerForADay() {
        assertThat(claim("a")).isEqualTo(new Claim.First());
        assertThat(claim("b")).isEqualTo(new Claim.Runs());
        keep("a", ANSWER);

        assertThat(claim("c"))
                .isInstanceOfSatisfying(Claim.Answered.class, IdempotentRequestsTest::isFirst);
        now = now.plus(Duration.ofHours(24)).minusSeconds(1);
        assertThat(claim("d")).isInstanceOf(Claim.Answered.class);
        now = now.plusSeconds(1);
        assertThat(claim("e")).isEqualTo(new Claim.First());
    }

    private static void isFirst(Claim.Answered answered) {
        assertThat(answered.requestId()).isEqualTo("a");
        assertThat(answered.answer()).isEqualTo(ANSWER);
    }

    @Test
    void anotherBodyIsToldApartAndAnotherTenantIsNotMet() {
        claim("a");
        keep("a", ANSWER);

        assertThat(ours(() -> repeats.claim(new Key(hash(1), hash(3)), "b")))
                .isEqualTo(new Claim.OtherBody());
        assertThat(THEIRS.get(() -> repeats.claim(KEY, "c"))).isEqualTo(new Claim.First());
    }

    @Test
    void nothingOfAnAnswerCanBeReadInTheTable() throws SQLException {
        claim("a");
        keep("a", ANSWER);

        assertThat(one("select encode(answer, 'escape') from serving.idempotent_request"))
                .doesNotContain("prompt", "answer");
    }

    @Test
    void anAnswerOpensOnlyWhereItBelongsAndByItsKey() throws Exception {
        var seal = AnswerSeal.open(home.resolve("other.key"));
        var sealed = seal.seal(ANSWER, "here");
        assertThat(seal.open(sealed, "here")).hasValue(ANSWER);
        assertThat(seal.open(sealed, "there")).isEmpty();
        assertThat(AnswerSeal.open(home.resolve("third.key")).open(sealed, "here")).isEmpty();
        assertThat(AnswerSeal.open(home.resolve("other.key")).open(sealed, "here")).isPresent();
        assertThat(Files.getPosixFilePermissions(home.resolve("other.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatACrashLeftOpenIsGivenToOneRequestOnly() {
        claim("a");
        repeats = process();

        assertThat(claim("b")).isEqualTo(new Claim.Orphan("a"));
        assertThat(ours(() -> repeats.adopt(KEY, "a", "b"))).isTrue();
        assertThat(ours(() -> repeats.adopt(KEY, "a", "c"))).isFalse();
        assertThat(claim("d")).isEqualTo(new Claim.Runs());
        keep("b", ANSWER);
        assertThat(claim("e")).isInstanceOf(Claim.Answered.class);
    }

    @Test
    void whatWasForgottenRunsAnewAndWhatEndedDoesNot() {
        claim("a");
        ours(() -> forget("a"));
        assertThat(claim("b")).isEqualTo(new Claim.First());
        ours(
                () -> {
                    repeats.end(KEY, "b", Ending.TOO_LARGE);
                    return true;
                });
        assertThat(claim("c")).isEqualTo(new Claim.Gone("b", Ending.TOO_LARGE));
    }

    @Test
    void anOrganisationKeepsNoMoreThanItsShare() {
        int size = (int) (IdempotentRequests.MOST_BYTES_OF_TENANT / 2);
        for (int n = 1; n <= 2; n++) {
            int number = n;
            var key = new Key(hash(number), hash(0));
            ours(() -> repeats.claim(key, "r" + number));
            ours(
                    () -> {
                        repeats.keep(key, "r" + number, new byte[size]);
                        return true;
                    });
        }
        assertThat(ours(() -> repeats.claim(new Key(hash(1), hash(0)), "x")))
                .isInstanceOf(Claim.Answered.class);
        assertThat(ours(() -> repeats.claim(new Key(hash(2), hash(0)), "x")))
                .isEqualTo(new Claim.Gone("r2", Ending.FULL));
    }

    @Test
    void theSweepRemovesWhatIsADayOldOfEverybody() throws SQLException {
        claim("a");
        THEIRS.get(() -> repeats.claim(KEY, "b"));
        now = now.plus(Duration.ofHours(23));
        ours(() -> repeats.claim(new Key(hash(9), hash(9)), "c"));
        repeats.sweep();
        assertThat(one("select count(*) from serving.idempotent_request")).isEqualTo("3");
        now = now.plus(Duration.ofHours(1));
        repeats.sweep();
        assertThat(one("select count(*) from serving.idempotent_request")).isEqualTo("1");
    }

    private boolean forget(String id) {
        repeats.forget(KEY, id);
        return true;
    }

    private Claim claim(String id) {
        return ours(() -> repeats.claim(KEY, id));
    }

    private void keep(String id, byte[] answer) {
        ours(
                () -> {
                    repeats.keep(KEY, id, answer);
                    return true;
                });
    }

    private static <T> T ours(Supplier<T> work) {
        return OURS.get(work);
    }

    private IdempotentRequests process() {
        InstantSource source = () -> now;
        return new IdempotentRequests(
                database.app(),
                database.platform(),
                AnswerSeal.open(home.resolve("kept-answers.key")),
                source.withZone(ZoneOffset.UTC));
    }

    private String one(String sql) throws SQLException {
        try (var connection = database.platform().getConnection();
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static TenantScope scope(long tenant) {
        return TenantScope.of(new TenantId(new UUID(0, tenant)), "key:1", Set.of());
    }

    private static byte[] hash(int number) {
        var hash = new byte[32];
        hash[0] = (byte) number;
        return hash;
    }
}
