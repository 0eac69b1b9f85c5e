package org.allodium.engine.internal.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.allodium.engine.DecoderOptions.Batching;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.internal.cache.KvCache;
import org.allodium.engine.internal.kernel.StepKernel.Segment;
import org.allodium.engine.internal.scheduler.SequenceGoal.Piece;

/// Decides before each step who takes part in it, and with how many tokens. All on one thread.
/// Whoever runs has pages for all its tokens. When one more is needed and none is left, the lowest
/// and youngest is preempted: it gives its pages back and waits until it can be computed again. Its
/// tokens are known, so its answer goes on where it was. The highest and oldest is never preempted,
/// so there is always one that comes to its end. See decision 0070.
public final class Scheduler {
    /// Of so many that run, one may soon need a page.
    private static final int RUNNING_PER_SPARE_PAGE = 8;

    private static final Comparator<Sequence> PRECEDENCE =
            Comparator.comparingInt((Sequence s) -> -s.goal().turn().priority())
                    .thenComparingLong(Sequence::arrival);

    private final Steps steps;
    private final KvCache cache;
    private final Pace pace;
    private final SpeculativeDecoding speculation;
    private final int mostSequences;
    private final FairShares shares = new FairShares();
    private final WaitingQueue queue = new WaitingQueue(shares);
    private final List<Sequence> running = new ArrayList<>();
    private long arrivals;

    Scheduler(
            Steps steps,
            KvCache cache,
            Pace pace,
            SpeculativeDecoding speculation,
            Batching options) {
        this.steps = steps;
        this.speculation = speculation;
        this.cache = cache;
        this.pace = pace;
        this.mostSequences = options.mostSequences();
    }

    /// Sequences that wait for their turn. From any thread.
    int waiting() {
        return queue.size();
    }

    public void add(Sequence sequence) {
        sequence.arrives(arrivals++);
        shares.enter(sequence.goal().turn());
        queue.add(sequence);
    }

    /// Computes a step; false when there is nothing left to do.
    public boolean step() {
        endCancelled();
        int chunk = pace.chunk(running.stream().anyMatch(s -> s.pending() == 1));
        admit(chunk);
        var plan = speculation.add(plan(chunk));
        if (plan.isEmpty()) {
            if (running.isEmpty() && queue.size() > 0) {
                throw new IllegalStateException("Sequences wait for memory that nobody holds");
            }
            return queue.size() > 0 || !running.isEmpty();
        }
        long begun = steps.now();
        for (var taken : steps.compute(plan)) {
            shares.use(taken.sequence().goal().turn(), taken.accepted());
            if (taken.reason() != null) {
                end(taken.sequence(), taken.reason());
            }
        }
        measure(plan, steps.now() - begun);
        return queue.size() > 0 || !running.isEmpty();
    }

    private void measure(List<Planned> plan, long nanos) {
        int prefilled = plan.stream().mapToInt(p -> p.decoded() ? 0 : p.piece().count()).sum();
        int guessed = plan.stream().mapToInt(p -> p.draft().length).sum();
        pace.measured(prefilled, guessed, nanos);
    }

    private void endCancelled() {
        for (var sequence : List.copyOf(running)) {
            if (sequence.goal().cancelled()) {
                end(sequence, FinishReason.CANCELLED);
            }
        }
        for (var sequence : queue.all()) {
            if (sequence.goal().cancelled()) {
                end(sequence, FinishReason.CANCELLED);
            }
        }
    }

    void endAll(FinishReason reason) {
        List.copyOf(running).forEach(sequence -> end(sequence, reason));
        queue.all().forEach(sequence -> end(sequence, reason));
    }

    private void end(Sequence sequence, FinishReason reason) {
        running.remove(sequence);
        queue.remove(sequence);
        cache.release(sequence.table());
        shares.leave(sequence.goal().turn());
        sequence.goal().end(reason, sequence.cachedTokens(), sequence.usage());
    }

    /// Lets those in who wait, in their order, as long as there is work left in the step for them.
    private void admit(int chunk) {
        int backlog = running.stream().mapToInt(s -> s.pending() == 1 ? 0 : s.pending()).sum();
        while (backlog < chunk && queue.size() > 0) {
            var first = queue.first(sequence -> !cache.promised(sequence.table()));
            if (first.isEmpty() || !start(first.get())) {
                return;
            }
            backlog += first.get().pending() == 1 ? 0 : first.get().pending();
        }
    }

    private boolean start(Sequence sequence) {
        while (running.size() >= mostSequences || !settle(sequence)) {
            if (!preemptLower(sequence)) {
                return false;
            }
        }
        if (!sequence.admitted()) {
            shares.use(sequence.goal().turn(), sequence.pending());
            sequence.admit();
        }
        queue.remove(sequence);
        running.add(sequence);
        running.sort(PRECEDENCE);
        return true;
    }

    private boolean settle(Sequence sequence) {
        var imported = sequence.table().imported();
        if (!cache.settle(sequence.table(), spare())) {
            return false;
        }
        sequence.begin(imported != null);
        if (imported != null) {
            steps.restore(sequence, imported);
        }
        return true;
    }

    private int spare() {
        int soon = Math.ceilDiv(running.size(), RUNNING_PER_SPARE_PAGE);
        return Math.max(soon, (int) running.stream().filter(s -> cache.lacks(s.table())).count());
    }

    /// Takes the place of one with a lower priority, unless even all such places would not do.
    private boolean preemptLower(Sequence sequence) {
        int priority = sequence.goal().turn().priority();
        var lower = running.stream().filter(s -> s.goal().turn().priority() < priority).toList();
        int gained = lower.stream().mapToInt(s -> cache.own(s.table())).sum();
        int wanted = cache.pagesFor(sequence.table().length()) + spare();
        if (lower.isEmpty() || cache.available() + gained < wanted) {
            return false;
        }
        preempt(lower.getLast());
        return true;
    }

    private void preempt(Sequence sequence) {
        running.remove(sequence);
        cache.release(sequence.table());
        queue.add(sequence);
    }

    private List<Planned> plan(int chunk) {
        var plan = new ArrayList<Planned>();
        int left = chunk;
        for (var sequence : List.copyOf(running)) {
            if (!running.contains(sequence) || !grow(sequence)) {
                continue;
            }
            int pending = sequence.pending();
            int count = pending == 1 ? 1 : Math.min(pending, left);
            count = Math.min(count, sequence.goal().longestPiece());
            if (count == 0) {
                continue;
            }
            var piece = new Piece(sequence.table().computed(), count, count == pending);
            var planned = new Planned(sequence, piece, Segment.NO_IDS);
            plan.add(planned);
            if (planned.decoded()) {
                shares.use(sequence.goal().turn(), 1);
            } else {
                left = Math.max(0, left - count);
            }
        }
        return plan;
    }

    /// Makes sure of the page for its next token; false if it was preempted itself.
    private boolean grow(Sequence sequence) {
        if (!cache.lacks(sequence.table())) {
            return true;
        }
        while (cache.available() == 0) {
            var last = running.getLast();
            preempt(last);
            if (last == sequence) {
                return false;
            }
        }
        cache.grow(sequence.table());
        return true;
    }

    /// A sequence's part in a step.
    /// @param draft tokens guessed to follow the piece, whose end is the sequence's end then
    @SuppressWarnings("ArrayRecordComponent") // Made for one step, never compared.
    record Planned(Sequence sequence, Piece piece, long[] draft) {
        Planned with(long[] guessed) {
            return new Planned(sequence, piece, guessed);
        }

        /// Tokens to compute.
        int rows() {
            return piece.count() + draft.length;
        }

        /// Whether it is a token of the answer, computed alone and for the first time.
        boolean decoded() {
            return piece.count() == 1 && piece.from() >= sequence.promptLength();
        }
    }
}
