package org.allodium.engine.internal.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.allodium.engine.DecoderOptions.Batching;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.internal.cache.Memory;
import org.allodium.engine.internal.kernel.StepKernel.Segment;
import org.allodium.engine.internal.scheduler.Aim.Piece;

/// Decides before each step who takes part in it, and with how many tokens. All on one thread.
///
/// Whoever runs has pages for all its tokens. When one more is needed and none is left, the lowest
/// and youngest gives its pages back and waits until it can be computed again: its tokens are
/// known, so its answer goes on where it was. The highest and oldest never gives way, so there is
/// always one that comes to its end.
public final class Batcher {
    /// Of so many that run, one may soon need a page.
    private static final int RUNNING_PER_SPARE_PAGE = 8;

    private static final Comparator<Sequence> PRECEDENCE =
            Comparator.comparingInt((Sequence s) -> -s.aim().turn().priority())
                    .thenComparingLong(Sequence::arrival);

    private final Steps steps;
    private final Memory memory;
    private final Pace pace;
    private final Drafts drafts;
    private final int mostSequences;
    private final Shares shares = new Shares();
    private final Line line = new Line(shares);
    private final List<Sequence> running = new ArrayList<>();
    private long arrivals;

    Batcher(Steps steps, Memory memory, Pace pace, Drafts drafts, Batching options) {
        this.steps = steps;
        this.drafts = drafts;
        this.memory = memory;
        this.pace = pace;
        this.mostSequences = options.mostSequences();
    }

    /// Sequences that wait for their turn. From any thread.
    int waiting() {
        return line.size();
    }

    public void add(Sequence sequence) {
        sequence.arrives(arrivals++);
        shares.enter(sequence.aim().turn());
        line.add(sequence);
    }

    /// Computes a step; false when there is nothing left to do.
    public boolean step() {
        endCancelled();
        int chunk = pace.chunk(running.stream().anyMatch(s -> s.pending() == 1));
        admit(chunk);
        var plan = drafts.add(plan(chunk));
        if (plan.isEmpty()) {
            if (running.isEmpty() && line.size() > 0) {
                throw new IllegalStateException("Sequences wait for memory that nobody holds");
            }
            return line.size() > 0 || !running.isEmpty();
        }
        long begun = steps.now();
        for (var taken : steps.compute(plan)) {
            shares.use(taken.sequence().aim().turn(), taken.accepted());
            if (taken.reason() != null) {
                end(taken.sequence(), taken.reason());
            }
        }
        measure(plan, steps.now() - begun);
        return line.size() > 0 || !running.isEmpty();
    }

    private void measure(List<Planned> plan, long nanos) {
        int prefilled = plan.stream().mapToInt(p -> p.decoded() ? 0 : p.piece().count()).sum();
        int guessed = plan.stream().mapToInt(p -> p.draft().length).sum();
        pace.measured(prefilled, guessed, nanos);
    }

    private void endCancelled() {
        for (var sequence : List.copyOf(running)) {
            if (sequence.aim().cancelled()) {
                end(sequence, FinishReason.CANCELLED);
            }
        }
        for (var sequence : line.all()) {
            if (sequence.aim().cancelled()) {
                end(sequence, FinishReason.CANCELLED);
            }
        }
    }

    /// Ends all there are.
    void endAll(FinishReason reason) {
        List.copyOf(running).forEach(sequence -> end(sequence, reason));
        line.all().forEach(sequence -> end(sequence, reason));
    }

    private void end(Sequence sequence, FinishReason reason) {
        running.remove(sequence);
        line.remove(sequence);
        memory.release(sequence.table());
        shares.leave(sequence.aim().turn());
        sequence.aim().end(reason, sequence.cachedTokens(), sequence.usage());
    }

    /// Lets those in who wait, in their order, as long as there is work left in the step for them.
    private void admit(int chunk) {
        int backlog = running.stream().mapToInt(s -> s.pending() == 1 ? 0 : s.pending()).sum();
        while (backlog < chunk && line.size() > 0) {
            var first = line.first(sequence -> !memory.promised(sequence.table()));
            if (first.isEmpty() || !seat(first.get())) {
                return;
            }
            backlog += first.get().pending() == 1 ? 0 : first.get().pending();
        }
    }

    private boolean seat(Sequence sequence) {
        while (running.size() >= mostSequences || !settle(sequence)) {
            if (!makeWay(sequence)) {
                return false;
            }
        }
        if (!sequence.admitted()) {
            shares.use(sequence.aim().turn(), sequence.pending());
            sequence.admit();
        }
        line.remove(sequence);
        running.add(sequence);
        running.sort(PRECEDENCE);
        return true;
    }

    private boolean settle(Sequence sequence) {
        var imported = sequence.table().imported();
        if (!memory.settle(sequence.table(), spare())) {
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
        return Math.max(soon, (int) running.stream().filter(s -> memory.lacks(s.table())).count());
    }

    /// Takes the place of one who runs with a lower priority, unless even all such places would not
    /// do.
    private boolean makeWay(Sequence sequence) {
        int priority = sequence.aim().turn().priority();
        var lower = running.stream().filter(s -> s.aim().turn().priority() < priority).toList();
        int gained = lower.stream().mapToInt(s -> memory.own(s.table())).sum();
        int wanted = memory.pagesFor(sequence.table().length()) + spare();
        if (lower.isEmpty() || memory.available() + gained < wanted) {
            return false;
        }
        giveWay(lower.getLast());
        return true;
    }

    private void giveWay(Sequence sequence) {
        running.remove(sequence);
        memory.release(sequence.table());
        line.add(sequence);
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
            count = Math.min(count, sequence.aim().longestPiece());
            if (count == 0) {
                continue;
            }
            var piece = new Piece(sequence.table().computed(), count, count == pending);
            var planned = new Planned(sequence, piece, Segment.NO_IDS);
            plan.add(planned);
            if (planned.decoded()) {
                shares.use(sequence.aim().turn(), 1);
            } else {
                left = Math.max(0, left - count);
            }
        }
        return plan;
    }

    /// Makes sure of the page for its next token; false if it had to give way itself.
    private boolean grow(Sequence sequence) {
        if (!memory.lacks(sequence.table())) {
            return true;
        }
        while (memory.available() == 0) {
            var last = running.getLast();
            giveWay(last);
            if (last == sequence) {
                return false;
            }
        }
        memory.grow(sequence.table());
        return true;
    }

    /// A sequence's part in a step.
    ///
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
