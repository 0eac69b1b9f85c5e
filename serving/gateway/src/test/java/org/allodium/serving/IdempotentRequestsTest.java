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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.allodium.serving.IdempotentRequests.Ended;
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
    void anAnswerIsThereForADay() {
        keep("a", ANSWER);
        assertThat(found("a").answer()).hasValue(ANSWER);
        now = now.plus(IdempotentRequests.KEPT_FOR).minusSeconds(1);
        repeats.sweep();
        assertThat(found("a").answer()).hasValue(ANSWER);
    }

    @Test
    void anotherRequestAndAnotherTenantDoNotMeetIt() {
        keep("a", ANSWER);
        assertThat(ours(() -> repeats.find(KEY, "b"))).isEmpty();
        assertThat(THEIRS.get(() -> repeats.find(KEY, "a"))).isEmpty();
        keep("b", ANSWER);
        assertThat(ours(() -> repeats.find(KEY, "a"))).isEmpty();
        assertThat(found("b").answer()).hasValue(ANSWER);
    }

    @Test
    void nothingOfAnAnswerCanBeReadInTheTable() throws SQLException {
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
    void whatRunsIsKnownInItsProcessAlone() {
        repeats.begin("a");
        assertThat(repeats.isRunning("a")).isTrue();
        assertThat(process().isRunning("a")).isFalse();
        keep("a", ANSWER);
        assertThat(repeats.isRunning("a")).isFalse();
    }

    @Test
    void theFirstWordOfAnEndCounts() {
        end("a", Ending.TOO_LARGE);
        end("a", Ending.CUT);
        assertThat(found("a")).isEqualTo(new Ended(Ending.TOO_LARGE, Optional.empty()));
        keep("b", ANSWER);
        end("b", Ending.CUT);
        assertThat(found("b").answer()).hasValue(ANSWER);
        end("c", Ending.CUT);
        assertThat(found("c")).isEqualTo(new Ended(Ending.CUT, Optional.empty()));
    }

    @Test
    void anOrganisationKeepsNoMoreThanItsShare() {
        int size = (int) (IdempotentRequests.MOST_BYTES_OF_TENANT / 2);
        for (int n = 1; n <= 2; n++) {
            int number = n;
            var key = new Key(hash(number), hash(0));
            ours(
                    () -> {
                        repeats.keep(key, "r" + number, new byte[size]);
                        return true;
                    });
        }
        assertThat(ours(() -> repeats.find(new Key(hash(1), hash(0)), "r1")).orElseThrow().answer())
                .isPresent();
        assertThat(ours(() -> repeats.find(new Key(hash(2), hash(0)), "r2")))
                .contains(new Ended(Ending.FULL, Optional.empty()));
    }

    @Test
    void theSweepRemovesWhatIsADayOldOfEverybody() throws SQLException {
        keep("a", ANSWER);
        THEIRS.get(() -> keep(KEY, "b"));
        now = now.plus(Duration.ofHours(23));
        ours(() -> keep(new Key(hash(9), hash(9)), "c"));
        repeats.sweep();
        assertThat(one("select count(*) from serving.idempotent_request")).isEqualTo("3");
        now = now.plus(Duration.ofHours(1));
        repeats.sweep();
        assertThat(one("select count(*) from serving.idempotent_request")).isEqualTo("1");
    }

    private Ended found(String id) {
        return ours(() -> repeats.find(KEY, id)).orElseThrow();
    }

    private void end(String id, Ending why) {
        ours(
                () -> {
                    repeats.end(KEY, id, why);
                    return true;
                });
    }

    private boolean keep(Key key, String id) {
        repeats.keep(key, id, ANSWER);
        return true;
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
