package org.allodium.evidence.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.allodium.evidence.internal.LogTable.Slice;

/// What was committed on this node and is not in the log yet, as far as memory tells. It may be
/// forgotten at any time: the database knows it too.
final class Offers {
    static final int MOST_IN_GROUP = 4_096;

    private static final int MOST = 16 * MOST_IN_GROUP;
    private static final long GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ArrayDeque<Slice> waiting = new ArrayDeque<>();
    private final Set<Long> runs = new HashSet<>();
    private int leaves;
    private boolean wanted;

    synchronized void add(Slice slice) {
        runs.add(slice.run());
        if (wanted && leaves < MOST) {
            waiting.add(slice);
            leaves += slice.leaves().size();
            notifyAll();
        }
    }

    /// Whether this node sequences; another one finds everything in the database.
    synchronized void want(boolean sequencing) {
        wanted = sequencing;
        waiting.clear();
        leaves = 0;
    }

    /// The runs that this node writes.
    synchronized Set<Long> runs() {
        return Set.copyOf(runs);
    }

    /// Waits for the first, and then a moment more for others. Neighbours of a run come as one.
    synchronized List<Slice> gather(long atMostNanos) throws InterruptedException {
        waitUntil(System.nanoTime() + atMostNanos, 1);
        if (leaves > 0) {
            waitUntil(System.nanoTime() + GATHERING_NANOS, MOST_IN_GROUP);
        }
        var gathered = new ArrayList<Slice>();
        while (!waiting.isEmpty()) {
            var next = waiting.remove();
            var before = gathered.isEmpty() ? next : gathered.getLast();
            if (!gathered.isEmpty()
                    && before.run() == next.run()
                    && before.end() == next.firstSeq()
                    && before.leaves().size() + next.leaves().size() <= MOST_IN_GROUP) {
                var both = new ArrayList<>(before.leaves());
                both.addAll(next.leaves());
                gathered.set(gathered.size() - 1, new Slice(before.run(), before.firstSeq(), both));
            } else {
                gathered.add(next);
            }
        }
        leaves = 0;
        return gathered;
    }

    private void waitUntil(long nanos, int enough) throws InterruptedException {
        long left = nanos - System.nanoTime();
        while (leaves < enough && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = nanos - System.nanoTime();
        }
    }
}
