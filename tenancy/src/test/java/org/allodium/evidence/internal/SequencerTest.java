package org.allodium.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.allodium.evidence.Bytes;
import org.allodium.evidence.KeyUse;
import org.allodium.evidence.RandomReceipts;
import org.allodium.evidence.SealedReceipt;
import org.allodium.evidence.internal.FaultySource.Fault;
import org.allodium.kernel.Database;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One log, several nodes, and whatever may happen to them.
class SequencerTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir Path home;
    private final List<AutoCloseable> open = new ArrayList<>();
    private TestDatabase database;
    private CheckpointKey key;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
        key = CheckpointKey.open(home.resolve("checkpoints.json"));
        platform().useHandle(handle -> LogName.establish(handle, Optional.of("log.example/1")));
        platform()
                .useHandle(
                        handle ->
                                new SigningKeyTable(handle)
                                        .add(
                                                key.id(),
                                                KeyUse.CHECKPOINTS,
                                                key.publicJwk(),
                                                Instant.now()));
    }

    @AfterEach
    void close() throws Exception {
        for (var each : open) {
            each.close();
        }
        database.close();
    }

    @Test
    void whatIsKeptIsSoonInTheLogInTheOrderOfItsRun() {
        var node = new Node(1);
        node.start();
        for (int i = 0; i < 20; i++) {
            node.keep(i % 7 + 1, true);
        }
        awaitWhole(node);
    }

    /// A node that dies between commit and telling, or whose memory is full, tells nothing.
    @Test
    void whatNobodyToldTheLogOfIsFoundToo() {
        var node = new Node(1);
        var silent = new Node(2);
        node.start();
        silent.keep(5, false);
        node.keep(3, false);
        node.keep(3, true);
        silent.keep(5, false);
        awaitWhole(node, silent);
    }

    @Test
    void receiptsThatAreNotCommittedAreNotInTheLog() {
        var node = new Node(1);
        node.start();
        platform()
                .useHandle(
                        handle -> {
                            handle.begin();
                            node.sealing.keep(handle, node.run, 0, node.sealed(3));
                            handle.rollback();
                        });
        node.keep(2, true);
        awaitWhole(node);
    }

    @Test
    void oneNodeAtATimeSequencesAndAnotherTakesOverWhenItStops() throws Exception {
        var one = new Node(1);
        var two = new Node(2);
        one.start();
        two.start();
        one.keep(10, true);
        two.keep(10, true);
        awaitWhole(one, two);
        one.sequencer.close();
        one.keep(4, true);
        two.keep(10, true);
        awaitWhole(one, two);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
    void aCommitOfWhichNobodyKnowsIsLookedUp(Fault fault) {
        var node = new Node(1);
        node.start();
        node.keep(10, true);
        awaitWhole(node);
        node.source.fault = fault;
        node.keep(10, true);
        node.keep(10, true);
        await(() -> node.source.hasStruck);
        node.source.fault = Fault.NONE;
        node.keep(10, true);
        awaitWhole(node);
    }

    /// It wakes up when another has long gone on.
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"HALT_BEFORE_COMMIT", "HALT_AFTER_COMMIT"})
    void aNodeThatIsHaltedInMidGroupHindersNobodyAndWritesNothingTwice(Fault fault)
            throws Exception {
        var halted = new Node(1);
        var other = new Node(2);
        halted.start();
        halted.keep(10, true);
        awaitWhole(halted);
        other.start();
        halted.source.fault = fault;
        halted.keep(10, true);
        assertThat(halted.source.awaitStrike()).isTrue();
        other.keep(10, true);
        awaitWhole(halted, other);
        halted.source.goOn();
        halted.keep(10, true);
        other.keep(10, true);
        awaitWhole(halted, other);
    }

    @Test
    void theDatabaseMayBeAwayForAWhile() {
        var node = new Node(1);
        node.start();
        node.keep(10, true);
        awaitWhole(node);
        node.source.fault = Fault.GONE;
        node.keep(10, true);
        pause(Duration.ofSeconds(1));
        assertThat(whole(node)).isFalse();
        node.source.fault = Fault.NONE;
        awaitWhole(node);
    }

    /// Three nodes that die and come back at random while receipts are written.
    @Test
    void killedAtRandomTheyLoseNothingAndWriteNothingTwice() throws Exception {
        kill(30);
    }

    @Test
    @Tag("long")
    void killedAtRandomForLongTheyLoseNothingAndWriteNothingTwice() throws Exception {
        kill(300);
    }

    private void kill(int rounds) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("Seed of the killings: " + seed);
        var random = new Random(seed);
        var nodes = new ArrayList<Node>();
        var all = new ArrayList<Node>();
        for (int place = 0; place < 3; place++) {
            nodes.add(new Node(place + 1));
            nodes.get(place).start();
        }
        all.addAll(nodes);
        for (int round = 0; round < rounds; round++) {
            int place = random.nextInt(3);
            var node = nodes.get(place);
            node.keep(1 + random.nextInt(300), random.nextInt(10) > 0);
            if (random.nextInt(6) == 0) {
                var faults = List.of(Fault.BEFORE_COMMIT, Fault.AFTER_COMMIT, Fault.GONE);
                node.source.fault = faults.get(random.nextInt(3));
                pause(Duration.ofMillis(random.nextInt(100)));
                node.source.fault = Fault.GONE;
                var next = new Node(100 + round);
                next.start();
                nodes.set(place, next);
                all.add(next);
            } else {
                pause(Duration.ofMillis(random.nextInt(30)));
            }
        }
        awaitWhole(all.toArray(Node[]::new));
    }

    /// A run of a node: its receipts in order, and its part in sequencing.
    private final class Node {
        final long run;
        final FaultySource source = new FaultySource(database.platform());
        final Sealing sealing = new Sealing();
        final Sequencer sequencer;
        final List<Bytes> kept = new ArrayList<>();
        final RandomReceipts random;

        Node(long run) {
            this.run = run;
            this.random = new RandomReceipts(run, Instant.now());
            sequencer = new Sequencer(source.source(), () -> key, Clock.systemUTC());
        }

        void start() {
            sequencer.start();
            open.add(
                    () -> {
                        source.fault = Fault.NONE;
                        source.goOn();
                        sequencer.close();
                    });
        }

        List<SealedReceipt> sealed(int count) {
            return IntStream.range(0, count).mapToObj(_ -> sealing.seal(random.next())).toList();
        }

        void keep(int count, boolean told) {
            var sealed = sealed(count);
            long first = kept.size();
            platform().useTransaction(handle -> sealing.keep(handle, run, first, sealed));
            sealed.forEach(receipt -> kept.add(receipt.leaf()));
            sealing.kept(sealed);
            if (told) {
                sequencer.offer(run, first, sealed);
            }
        }
    }

    private void awaitWhole(Node... nodes) {
        await(() -> whole(nodes));
        requireConsistent(nodes);
    }

    private boolean whole(Node... nodes) {
        int kept = 0;
        for (var node : nodes) {
            kept += node.kept.size();
        }
        int expected = kept;
        return platform()
                .withHandle(
                        handle ->
                                handle.createQuery("select size from evidence.log_head")
                                                .mapTo(Long.class)
                                                .one()
                                        >= expected);
    }

    /// Every kept receipt is in the log exactly once; no two checkpoints have one size; each is the
    /// signed root of the leaves before it, so that every one is consistent with those before.
    private void requireConsistent(Node... nodes) {
        var groups =
                platform()
                        .withHandle(
                                handle ->
                                        handle.createQuery(
                                                        "select first_index, run, first_seq, leaves,"
                                                                + " checkpoint from evidence.log_group"
                                                                + " order by first_index")
                                                .mapToMap()
                                                .list());
        var tree = Frontier.of(0, new byte[0]);
        var runs = new HashMap<Long, List<Bytes>>();
        for (var group : groups) {
            assertThat(group.get("first_index")).isEqualTo(tree.size());
            var leaves = leaves((byte[]) group.get("leaves"));
            var run = runs.computeIfAbsent((Long) group.get("run"), _ -> new ArrayList<>());
            assertThat(group.get("first_seq")).isEqualTo((long) run.size());
            run.addAll(leaves);
            leaves.forEach(leaf -> tree.append(leaf.toArray(), new ArrayList<>()));
            var signed = Checkpoint.read((String) group.get("checkpoint")).orElseThrow();
            assertThat(signed.isSignedBy(key.named("log.example/1"))).isTrue();
            assertThat(signed.checkpoint().size()).isEqualTo(tree.size());
            assertThat(signed.checkpoint().root()).isEqualTo(Bytes.of(tree.root()));
        }
        Map<Long, List<Bytes>> kept = new HashMap<>();
        for (var node : nodes) {
            if (!node.kept.isEmpty()) {
                kept.put(node.run, node.kept);
            }
        }
        assertThat(runs).isEqualTo(kept);
        var progress =
                platform()
                        .withHandle(
                                handle ->
                                        LogTable.runs(
                                                handle,
                                                Long.MIN_VALUE,
                                                Instant.EPOCH,
                                                Instant.EPOCH));
        assertThat(progress).noneMatch(LogTable.Progress::isBehind);
    }

    private static List<Bytes> leaves(byte[] all) {
        return IntStream.range(0, all.length / 32)
                .mapToObj(at -> Bytes.of(java.util.Arrays.copyOfRange(all, at * 32, at * 32 + 32)))
                .toList();
    }

    private static void await(BooleanSupplier condition) {
        var end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            pause(Duration.ofMillis(20));
        }
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    private Database platform() {
        return Database.over(database.platform());
    }
}
