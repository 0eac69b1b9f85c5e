package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.serving.RefusedRequest.Cause;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// On a real PostgreSQL, with the rights that the server has there.
class RefusalLogTest {
    private static final TenantId US = new TenantId(new UUID(0, 1));
    private static final TenantId THEM = new TenantId(new UUID(0, 2));
    private static final Cause LIMIT =
            new Cause(429, "rate_limit_exceeded", "requests_per_minute", "/models", "");

    private final TestDatabase database = TestDatabase.fresh();
    private Instant now = Instant.parse("2026-11-01T00:00:30Z");
    private final InstantSource source = () -> now;
    private final RefusalLog log =
            new RefusalLog(database.app(), database.platform(), source.withZone(ZoneOffset.UTC));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aClientInALoopMakesOneRowAMinute() throws SQLException {
        for (int n = 0; n < 1_000; n++) {
            note(US, LIMIT, "req_" + n);
            if (n % 300 == 0) {
                log.flush();
            }
        }
        now = now.plusSeconds(30);
        note(US, LIMIT, "req_last");

        assertThat(page(US, 0, Optional.empty()))
                .extracting(RefusedRequest::count, RefusedRequest::requestId)
                .containsExactly(tuple(1L, "req_last"), tuple(1_000L, "req_999"));
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void aTenantReadsItsOwnAlone() {
        note(US, LIMIT, "a");
        note(THEM, LIMIT, "b");
        assertThat(page(US, 0, Optional.empty()))
                .extracting(RefusedRequest::requestId)
                .containsExactly("a");
    }

    @Test
    void pagesFollowEachOtherAndAreFilteredByStatus() {
        for (int n = 0; n < 5; n++) {
            note(US, new Cause(404, "not_found", "", "/r" + n, ""), "n" + n);
            note(US, LIMIT, "l" + n);
            now = now.plusSeconds(60);
        }
        var seen = new ArrayList<String>();
        Optional<String> after = Optional.empty();
        for (var page = page(US, 404, after); !page.isEmpty(); page = page(US, 404, after)) {
            page.forEach(refusal -> seen.add(refusal.requestId()));
            after = Optional.of(page.getLast().id());
        }
        assertThat(seen).containsExactly("n4", "n3", "n2", "n1", "n0");
    }

    @Test
    void distinctCausesOfAMinuteAreBounded() throws SQLException {
        for (int n = 0; n < 500; n++) {
            note(US, new Cause(404, "not_found", "", "/r" + n, ""), "n");
            note(US, LIMIT, "l");
        }
        log.flush();
        assertThat(rows()).isLessThanOrEqualTo(RefusalLog.MOST_CAUSES + 2);
        assertThat(counted()).isEqualTo(1_000);
        assertThat(log.page(US, 429, Optional.empty(), 9).getFirst().count()).isEqualTo(500);
    }

    @Test
    void whatExplainsItIsReadInEveryLanguage() {
        var within = Sentence.of("sovereignty.pool-unknown", "harbour");
        explain(Sentence.of("sovereignty.looks-up-on", "north", within));
        assertThat(explanation().in(Locale.GERMAN))
                .isEqualTo(
                        Sentence.of("sovereignty.looks-up-on", "north", within).in(Locale.GERMAN))
                .contains("north", "Über den Pool harbour ist nichts bekannt.");
        assertThat(explanation().english())
                .isEqualTo(
                        "It looks passages up on north: Nothing is on record about the pool harbour.");
    }

    @Test
    void whatWasWrittenBeforeSentencesHadKeysIsShownAsItIs() throws SQLException {
        explain(Sentence.of("serving.requests-in-a-minute", 60));
        log.flush();
        run(database.platform(), "update serving.refusal set sentence = null");
        assertThat(explanation().english()).isEqualTo("More than 60 requests in a minute.");
        assertThat(explanation().in(Locale.GERMAN)).isEqualTo("More than 60 requests in a minute.");
    }

    @Test
    void aSentenceThatTheProductNoLongerHasIsShownAsItWas() throws SQLException {
        explain(Sentence.of("serving.requests-in-a-minute", 60));
        log.flush();
        for (var other :
                List.of(
                        "{\"key\": \"serving.no-longer\", \"arguments\": [\"60\"]}",
                        "{\"key\": \"serving.requests-in-a-minute\", \"arguments\": []}")) {
            run(database.platform(), "update serving.refusal set sentence = '" + other + "'");
            assertThat(explanation().in(Locale.GERMAN))
                    .isEqualTo("More than 60 requests in a minute.");
        }
    }

    private void explain(Sentence sentence) {
        log.note(who(US), LIMIT, Optional.of(sentence), "r");
    }

    private Sentence explanation() {
        return page(US, 0, Optional.empty()).getFirst().explanation().orElseThrow();
    }

    private static void run(DataSource as, String sql) throws SQLException {
        try (var connection = as.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aDatabaseThatIsAwayCostsNoRefusalAndHoldsUpNobody() {
        var away =
                new RefusalLog(
                        NoDatabase.away(), NoDatabase.away(), source.withZone(ZoneOffset.UTC));
        for (int n = 0; n < 100_000; n++) {
            away.note(who(US), new Cause(404, "c" + n, "", "", ""), Optional.empty(), "r");
            if (n % 1_000 == 0) {
                assertThatThrownBy(away::flush).isInstanceOf(Refused.class);
            }
        }
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenLater() throws SQLException {
        note(US, LIMIT, "a");
        run(database.owner(), "revoke insert on serving.refusal from allodium_platform");
        assertThatThrownBy(log::flush).isInstanceOf(Refused.class);
        run(database.owner(), "grant insert on serving.refusal to allodium_platform");
        note(US, LIMIT, "b");
        assertThat(page(US, 0, Optional.empty()).getFirst().count()).isEqualTo(2);
    }

    @Test
    void afterThirtyDaysARefusalIsForgotten() throws SQLException {
        note(US, LIMIT, "a");
        log.flush();
        now = now.plus(Duration.ofDays(30)).minusSeconds(60);
        note(US, LIMIT, "b");
        log.flush();
        log.sweep();
        assertThat(rows()).isEqualTo(2);
        now = now.plusSeconds(60);
        log.sweep();
        assertThat(rows()).isEqualTo(1);
    }

    private void note(TenantId tenant, Cause cause, String request) {
        log.note(who(tenant), cause, Optional.empty(), request);
    }

    private static RefusalLog.Who who(TenantId tenant) {
        return new RefusalLog.Who(tenant, "k", "key");
    }

    private List<RefusedRequest> page(TenantId tenant, int status, Optional<String> after) {
        return log.page(tenant, status, after, 2);
    }

    private long rows() throws SQLException {
        return one("select count(*) from serving.refusal");
    }

    private long counted() throws SQLException {
        return one("select sum(count)::bigint from serving.refusal");
    }

    private long one(String sql) throws SQLException {
        try (var connection = database.platform().getConnection();
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
