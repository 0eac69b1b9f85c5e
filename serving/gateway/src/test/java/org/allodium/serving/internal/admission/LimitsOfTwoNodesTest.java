package org.allodium.serving.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Nodes over one PostgreSQL count each limit together. Time stands still unless a test moves it;
/// so no minute ends by itself.
class LimitsOfTwoNodesTest {
    private static final Limits LIMITS = new Limits(1_000, 100_000, 64);
    private static final int CLIENTS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestDatabase database = TestDatabase.fresh();
    private final Database platform = Database.over(database.platform());
    private final AtomicLong nanos = new AtomicLong(nanos("2027-01-01T00:00:10Z"));
    private final TenantId tenant = new TenantId(new UUID(7, 7));
    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(node -> node.line.close());
        database.close();
    }

    @Test
    void bothTogetherLetInAMinutesWorthAndNoMore() throws Exception {
        var one = node();
        var two = node();
        for (int minute = 0; minute < 3; minute++) {
            var counted = both(() -> requests(one, 2_000), () -> requests(two, 2_000));
            assertExact(sum(counted), LIMITS.requestsPerMinute());
            nextMinute();
        }
    }

    @Test
    void oneHasItAllWhileTheOtherIsIdle() {
        var one = node();
        var two = node();
        assertThat(requests(one, 1)).isOne();
        assertThat(requests(two, 300)).isEqualTo(300);
        nextMinute();
        assertExact(requests(one, 2_000), LIMITS.requestsPerMinute());
        assertThat(requests(two, 10)).isZero();
        nextMinute();
        assertExact(requests(two, 2_000), LIMITS.requestsPerMinute());
        assertThat(requests(one, 10)).isZero();
    }

    @Test
    void smallLimitsAreExactToo() {
        var one = node();
        var two = node();
        var limits = new Limits(5, 100, 2);
        for (int minute = 0; minute < 3; minute++) {
            int in = 0;
            for (int n = 0; n < 10; n++) {
                in += (n % 2 == 0 ? one : two).desk.count(tenant, limits).isEmpty() ? 1 : 0;
            }
            assertThat(in).isEqualTo(5);
            nextMinute();
        }
    }

    @Test
    void whatANodeUsedWhileItWasAloneStaysUsed() {
        var one = node();
        assertThat(requests(one, 700)).isEqualTo(700);
        var held = places(one, 40);
        var two = node();
        assertExact(700 + requests(two, 2_000), LIMITS.requestsPerMinute());
        assertThat(requests(one, 10)).isZero();
        assertThat(held).hasSize(40);
        assertThat(places(two, 64)).hasSize(24);
    }

    @Test
    void tokensThatWereNotNeededAreThereForTheOtherNode() {
        var one = node();
        var two = node();
        var asking = place(one);
        assertThat(asking.take(90_000)).isEmpty();
        var more = place(two);
        assertThat(more.take(20_000)).isPresent();
        asking.giveBack(10_000);
        await(() -> more.take(80_000).isEmpty());
        assertThat(place(two).take(10_001)).isPresent();
        assertExact(10_000 + 80_000 + tokens(one, 100), LIMITS.tokensPerMinute());
    }

    @Test
    void tokensAreLetInToTheLastHundredthOnBoth() throws Exception {
        var one = node();
        var two = node();
        var taken = both(() -> tokens(one, 70), () -> tokens(two, 130));
        assertExact(sum(taken), LIMITS.tokensPerMinute());
    }

    @Test
    void requestsAtOnceAreCountedOnBoth() throws Exception {
        var one = node();
        var two = node();
        var counted =
                both(() -> (long) places(one, 100).size(), () -> (long) places(two, 100).size());
        assertThat(sum(counted)).isEqualTo(LIMITS.concurrentRequests());
    }

    @Test
    void aPlaceThatIsFreedOnOneIsThereForTheOther() {
        var one = node();
        var two = node();
        var held = places(one, 64);
        assertThat(held).hasSize(64);
        assertThat(places(two, 1)).isEmpty();
        held.getFirst().giveBack(0);
        await(() -> places(two, 1).size() == 1);
        assertThat(places(one, 1)).isEmpty();
        held.stream().skip(1).forEach(permit -> permit.giveBack(0));
        await(() -> places(two, 63).size() == 63);
    }

    @Test
    void whatAKilledNodeHeldComesBackWhenItIsKnownToBeGone() {
        var one = node();
        var two = node();
        assertThat(places(one, 50)).hasSize(50);
        assertThat(requests(one, 400)).isEqualTo(400);
        one.line.close();
        // One or two it has ahead of its need, which nobody can tell.
        int there = places(two, 64).size();
        assertThat(there).isBetween(10, 14);
        gone(one);
        int back = LIMITS.concurrentRequests() - there;
        var come = new AtomicLong();
        await(() -> come.addAndGet(places(two, 1).size()) == back);
        assertThat(places(two, 1)).isEmpty();
        // What it let in before it died counts to the minute's end, and what it might have.
        assertThat(requests(two, 2_000)).isBetween(400L, 600L);
        nextMinute();
        await(two.line::isAlone);
        assertThat(requests(two, 2_000)).isEqualTo(1_000);
    }

    @Test
    void whoWasTakenOverFromLetsNobodyIn() {
        var one = node();
        var two = node();
        assertThat(requests(one, 10)).isEqualTo(10);
        gone(one);
        one.run.set(0);
        assertThatThrownBy(() -> one.desk.count(tenant, LIMITS))
                .isInstanceOfSatisfying(
                        Refused.class, no -> assertThat(no.code()).isEqualTo(ErrorCode.OVERLOADED));
        await(two.line::isAlone);
        one.run.set(newRun());
        assertThat(requests(one, 10)).isEqualTo(10);
        assertThat(two.line.isAlone()).isFalse();
    }

    @Test
    void aChangedLimitBindsOnBoth() {
        var one = node();
        var two = node();
        assertThat(requests(one, 100)).isEqualTo(100);
        assertThat(requests(two, 100)).isEqualTo(100);
        var lower = new Limits(300, 100_000, 10);
        assertThat(requests(one, 60, lower) + requests(two, 400, lower)).isEqualTo(100);
        assertThat(requests(one, 10, lower)).isZero();
        var higher = new Limits(2_000, 100_000, 100);
        assertExact(300 + requests(two, 3_000, higher), 2_000);
        assertThat(requests(one, 10, higher)).isZero();
        nextMinute();
        assertExact(requests(one, 1_500, lower) + requests(two, 1_500, lower), 300);
    }

    /// While the database does nothing for them: what is usual is there beforehand.
    @Test
    void aMinuteLikeTheLastWaitsForNothing() {
        var one = node();
        var two = node();
        assertThat(requests(one, 200)).isEqualTo(200);
        assertThat(requests(two, 100)).isEqualTo(100);
        nextMinute();
        assertThat(requests(one, 200)).isEqualTo(200);
        assertThat(requests(two, 100)).isEqualTo(100);
        nextMinute();
        platform.useTransaction(
                handle -> {
                    handle.execute("select pg_advisory_xact_lock(hashtext('serving.limit_share'))");
                    assertThat(requests(one, 100)).isEqualTo(100);
                    assertThat(requests(two, 100)).isEqualTo(100);
                });
    }

    @Test
    void whoCannotAskRefusesAsUnavailableAndNotAsSpent() {
        var one = node();
        node();
        assertThat(requests(one, 1)).isOne();
        platform.useTransaction(
                handle -> {
                    handle.execute("select pg_advisory_xact_lock(hashtext('serving.limit_share'))");
                    assertThatThrownBy(() -> requests(one, 1_000))
                            .isInstanceOfSatisfying(
                                    Refused.class,
                                    no -> assertThat(no.code()).isEqualTo(ErrorCode.OVERLOADED));
                });
    }

    private record Node(AtomicLong run, AllotmentLine line, AdmissionDesk desk) {}

    private Node node() {
        var run = new AtomicLong(newRun());
        var line = new AllotmentLine(database.platform(), run::get, nanos::get);
        var desk = new AdmissionDesk(Clock.systemUTC(), nanos::get, 1_000, line);
        database.news().keep(AllotmentLine.TOPIC, line);
        desk.open();
        var node = new Node(run, line, desk);
        nodes.add(node);
        await(line::isIn);
        return node;
    }

    private long newRun() {
        return platform.withHandle(
                handle ->
                        handle.createQuery(
                                        "insert into billing.run (started_at, alive_until)"
                                                + " values (now(), 'infinity') returning run")
                                .mapTo(Long.class)
                                .one());
    }

    private void gone(Node node) {
        platform.useHandle(
                handle ->
                        handle.createUpdate(
                                        "update billing.run set leased = -1, settled = -1"
                                                + " where run = :run")
                                .bind("run", node.run.get())
                                .execute());
    }

    private void nextMinute() {
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
    }

    private long requests(Node node, int tries) {
        return requests(node, tries, LIMITS);
    }

    private long requests(Node node, int tries, Limits limits) {
        long in = 0;
        for (int n = 0; n < tries; n++) {
            in += node.desk.count(tenant, limits).isEmpty() ? 1 : 0;
        }
        return in;
    }

    /// As many tokens as there are, so many at a time.
    private long tokens(Node node, long atATime) {
        long taken = 0;
        var permit = place(node);
        while (permit.take(atATime).isEmpty()) {
            taken += atATime;
        }
        return taken;
    }

    private AdmissionDesk.Permit place(Node node) {
        return places(node, 1).getFirst();
    }

    private List<AdmissionDesk.Permit> places(Node node, int tries) {
        var places = new ArrayList<AdmissionDesk.Permit>();
        for (int n = 0; n < tries; n++) {
            if (node.desk.enter(tenant, LIMITS)
                    instanceof AdmissionDesk.Admission.Admitted(var permit)) {
                places.add(permit);
            }
        }
        return places;
    }

    private static List<Long> both(Callable<Long> one, Callable<Long> two) throws Exception {
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Long>>();
            for (int n = 0; n < CLIENTS; n++) {
                all.add(crowd.submit(one));
                all.add(crowd.submit(two));
            }
            var counted = new ArrayList<Long>();
            for (var each : all) {
                counted.add(each.get());
            }
            return counted;
        }
    }

    private static long sum(List<Long> counted) {
        return counted.stream().mapToLong(Long::longValue).sum();
    }

    /// Within one part in a hundred, and never more.
    private static void assertExact(long counted, long limit) {
        assertThat(counted).isBetween(limit - limit / 100, limit);
    }

    private static void await(BooleanSupplier reached) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static long nanos(String instant) {
        return TimeUnit.SECONDS.toNanos(Instant.parse(instant).getEpochSecond());
    }
}
