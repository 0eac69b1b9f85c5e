package org.allodium.evidence.internal;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.Bytes;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;

/// The log's tables: its head, what each run has in it, its groups and its subtrees.
final class LogTable {
    /// In which a sequencer must say that it lives.
    private static final String LEASE = "clock_timestamp() + interval '5 s'";

    /// Those that are asked about at once: in a fraction of the lease.
    static final int RUNS = 64;

    private LogTable() {}

    /// @param frontier as [Frontier] writes it
    record Head(String origin, long size, Bytes frontier) {}

    /// Leaves of a run, one after the other, from the place `firstSeq` in it.
    record Slice(long run, long firstSeq, List<Bytes> leaves) {
        Slice {
            leaves = List.copyOf(leaves);
        }

        long end() {
            return firstSeq + leaves.size();
        }
    }

    /// The group that holds a receipt.
    record Group(long firstIndex, int count, long firstSeq, Instant at, String checkpoint) {
        long size() {
            return firstIndex + count;
        }

        long index(long seq) {
            return firstIndex + seq - firstSeq;
        }
    }

    /// The log's name for good: that which is there already, or else this one.
    static String establish(Handle handle, String origin) {
        handle.createUpdate(
                        "insert into evidence.log_head (origin, size, frontier, lease_until)"
                                + " values (:origin, 0, '', clock_timestamp())"
                                + " on conflict do nothing")
                .bind("origin", origin)
                .execute();
        return origin(handle).orElseThrow();
    }

    static Optional<String> origin(Handle handle) {
        return handle.createQuery("select origin from evidence.log_head")
                .mapTo(String.class)
                .findOne();
    }

    /// The head, if nobody else's lease is running.
    static Optional<Head> take(Handle handle, UUID sequencer) {
        return handle.createQuery(
                        "update evidence.log_head set sequencer = :me, lease_until = "
                                + LEASE
                                + " where sequencer is null or sequencer = :me"
                                + " or lease_until < clock_timestamp()"
                                + " returning origin, size, frontier")
                .bind("me", sequencer)
                .map(
                        row ->
                                new Head(
                                        row.getColumn("origin", String.class),
                                        row.getColumn("size", Long.class),
                                        Bytes.of(row.getColumn("frontier", byte[].class))))
                .findOne();
    }

    /// Whether it still is this one's.
    static boolean renew(Handle handle, UUID sequencer) {
        return handle.createUpdate(
                                "update evidence.log_head set lease_until = "
                                        + LEASE
                                        + " where sequencer = :me")
                        .bind("me", sequencer)
                        .execute()
                == 1;
    }

    static void release(Handle handle, UUID sequencer) {
        handle.createUpdate("update evidence.log_head set sequencer = null where sequencer = :me")
                .bind("me", sequencer)
                .execute();
    }

    /// INVARIANT: this row's lock orders all groups. It is had only by whoever knows the present
    /// size and is the sequencer, so no two groups begin at one leaf, whoever was halted when.
    static boolean advance(Handle handle, UUID sequencer, long size, Frontier grown) {
        return handle.createUpdate(
                                "update evidence.log_head set size = :grown, frontier = :frontier,"
                                        + " lease_until = "
                                        + LEASE
                                        + " where size = :size and sequencer = :me")
                        .bind("grown", grown.size())
                        .bind("frontier", grown.toBytes())
                        .bind("size", size)
                        .bind("me", sequencer)
                        .execute()
                == 1;
    }

    /// Whether these were the run's next ones.
    static boolean advance(Handle handle, Slice slice) {
        return handle.createUpdate(
                                "update evidence.log_run set next_seq = :end"
                                        + " where run = :run and next_seq = :first")
                        .bind("end", slice.end())
                        .bind("run", slice.run())
                        .bind("first", slice.firstSeq())
                        .execute()
                == 1;
    }

    static void add(Handle handle, long firstIndex, Slice slice, Instant at, String checkpoint) {
        byte[] leaves = new byte[slice.leaves().size() * Hashes.LENGTH];
        for (int place = 0; place < slice.leaves().size(); place++) {
            System.arraycopy(
                    slice.leaves().get(place).toArray(),
                    0,
                    leaves,
                    place * Hashes.LENGTH,
                    Hashes.LENGTH);
        }
        handle.createUpdate(
                        "insert into evidence.log_group"
                                + " (first_index, count, run, first_seq, at, leaves, checkpoint)"
                                + " values (:index, :count, :run, :seq, :at, :leaves, :checkpoint)")
                .bind("index", firstIndex)
                .bind("count", slice.leaves().size())
                .bind("run", slice.run())
                .bind("seq", slice.firstSeq())
                .bind("at", at)
                .bind("leaves", leaves)
                .bind("checkpoint", checkpoint)
                .execute();
    }

    static void add(Handle handle, List<Frontier.Subtree> full) {
        if (full.isEmpty()) {
            return;
        }
        handle.createUpdate(
                        "insert into evidence.log_subtree (level, index, hash)"
                                + " select * from unnest(:level, :index, :hash)")
                .bind(
                        "level",
                        Database.array(
                                Integer.class, full.stream().map(Frontier.Subtree::level).toList()))
                .bind(
                        "index",
                        Database.array(
                                Long.class, full.stream().map(Frontier.Subtree::index).toList()))
                .bind(
                        "hash",
                        Database.array(
                                byte[].class,
                                full.stream().map(one -> one.hash().toArray()).toList()))
                .execute();
    }

    static Optional<Group> group(Handle handle, long run, long seq) {
        return handle.createQuery(
                        "select first_index, count, first_seq, at, checkpoint"
                                + " from evidence.log_group"
                                + " where run = :run and first_seq <= :seq"
                                + " order by first_seq desc limit 1")
                .bind("run", run)
                .bind("seq", seq)
                .map(
                        row ->
                                new Group(
                                        row.getColumn("first_index", Long.class),
                                        row.getColumn("count", Integer.class),
                                        row.getColumn("first_seq", Long.class),
                                        row.getColumn("at", Instant.class),
                                        row.getColumn("checkpoint", String.class)))
                .findOne()
                .filter(group -> seq < group.firstSeq() + group.count());
    }

    /// The checkpoint of the whole log; empty where there is none yet.
    static Optional<String> newest(Handle handle) {
        return handle.createQuery(
                        "select checkpoint from evidence.log_group"
                                + " order by first_index desc limit 1")
                .mapTo(String.class)
                .findOne();
    }

    /// How far a run is, and whether it has more.
    record Progress(long run, long next, boolean isBehind) {}

    /// The runs after that one, in their order, a page of them. The question goes by the run's own
    /// index, one run after the other, whatever the planner thinks of the tables' sizes.
    /// @param since no receipt that is sought is older
    /// @param awakeSince no run that is asked has called since before
    static List<Progress> runs(Handle handle, long after, Instant since, Instant awakeSince) {
        return handle.createQuery(
                        """
                        select r.run, r.next_seq, more.seq is not null as behind
                        from (select run, next_seq from evidence.log_run
                                where run > :after and awake_at >= :awake
                                order by run limit :most) r
                            left join lateral (select s.seq from evidence.sealed_receipt s
                                where s.run = r.run and s.seq >= r.next_seq and s.at >= :since
                                order by s.seq limit 1) more on true
                        order by r.run""")
                .bind("after", after)
                .bind("since", since)
                .bind("awake", awakeSince)
                .bind("most", RUNS)
                .map(
                        row ->
                                new Progress(
                                        row.getColumn("run", Long.class),
                                        row.getColumn("next_seq", Long.class),
                                        row.getColumn("behind", Boolean.class)))
                .list();
    }

    /// Where a run goes on; empty for one that the log has not heard of.
    static Optional<Long> next(Handle handle, long run) {
        return handle.createQuery("select next_seq from evidence.log_run where run = :run")
                .bind("run", run)
                .mapTo(Long.class)
                .findOne();
    }

    /// Says that these runs may go on.
    static void awake(Handle handle, Collection<Long> runs) {
        handle.createUpdate(
                        "update evidence.log_run set awake_at = clock_timestamp()"
                                + " where run = any(:runs)"
                                + " and awake_at < clock_timestamp() - interval '20 s'")
                .bind("runs", Database.array(Long.class, runs))
                .execute();
    }

    /// The hashes of 256 neighbours of one level, or as many as there are.
    static List<byte[]> neighbours(Handle handle, int level, long first, int count) {
        return level == 0
                ? leaves(handle, first, count)
                : handle.createQuery(
                                "select hash from evidence.log_subtree where level = :level"
                                        + " and index >= :first and index < :end order by index")
                        .bind("level", level)
                        .bind("first", first)
                        .bind("end", first + count)
                        .mapTo(byte[].class)
                        .list();
    }

    private static List<byte[]> leaves(Handle handle, long first, int count) {
        var slices =
                handle.createQuery(
                                """
                                select substring(leaves
                                    from (32 * greatest(:first - first_index, 0) + 1)::int
                                    for (32 * (least(:end, first_index + count)
                                        - greatest(:first, first_index)))::int)
                                from evidence.log_group
                                where first_index < :end and first_index >= coalesce(
                                    (select max(first_index) from evidence.log_group
                                        where first_index <= :first), 0)
                                order by first_index""")
                        .bind("first", first)
                        .bind("end", first + count)
                        .mapTo(byte[].class)
                        .list();
        return slices.stream()
                .flatMap(
                        slice ->
                                java.util.stream.IntStream.range(0, slice.length / Hashes.LENGTH)
                                        .mapToObj(
                                                at ->
                                                        Arrays.copyOfRange(
                                                                slice,
                                                                at * Hashes.LENGTH,
                                                                (at + 1) * Hashes.LENGTH)))
                .toList();
    }
}
