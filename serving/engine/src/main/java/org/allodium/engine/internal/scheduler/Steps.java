package org.allodium.engine.internal.scheduler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.allodium.engine.ComputeUsage;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.StepReport;
import org.allodium.engine.StepReport.Guesses;
import org.allodium.engine.internal.cache.CarriedPages;
import org.allodium.engine.internal.cache.KvCache;
import org.allodium.engine.internal.kernel.StepKernel;
import org.allodium.engine.internal.kernel.StepKernel.Row;
import org.allodium.engine.internal.kernel.StepKernel.Segment;
import org.allodium.engine.internal.scheduler.Scheduler.Planned;
import org.allodium.engine.internal.scheduler.SequenceGoal.Next;
import org.allodium.engine.internal.scheduler.SequenceGoal.Piece;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Computes planned steps, hands out what they bring, and reports who used what.
final class Steps {
    private static final Logger LOG = LoggerFactory.getLogger(Steps.class);
    private static final double NANOS_PER_SECOND = 1e9;

    private final StepKernel kernel;
    private final KvCache cache;
    private final double watts;
    private final StepReport.Listener listener;
    private final LongSupplier nanos;

    Steps(StepKernel kernel, KvCache cache, DecoderOptions options, LongSupplier nanos) {
        this.kernel = kernel;
        this.cache = cache;
        this.watts = options.watts();
        this.listener = options.steps();
        this.nanos = nanos;
    }

    long now() {
        return nanos.getAsLong();
    }

    /// Fills the first pages of a sequence with what was computed elsewhere.
    void restore(Sequence sequence, CarriedPages imported) {
        int full = cache.pagesFor(imported.positions());
        if (full > 0) {
            kernel.importPages(Arrays.copyOf(sequence.table().pages(), full), imported.content());
        }
    }

    /// Computes a step; tells what came of each part of the plan.
    List<Taken> compute(List<Planned> plan) {
        long begun = now();
        var rows = rows(plan);
        var taken = new ArrayList<Taken>();
        for (int i = 0; i < plan.size(); i++) {
            taken.add(take(plan.get(i), rows.get(i)));
        }
        report(plan, taken, now() - begun);
        return taken;
    }

    /// The results, null for a sequence that cannot be computed.
    private List<@Nullable Row> rows(List<Planned> plan) {
        var segments = plan.stream().map(Steps::segment).toList();
        try {
            return new ArrayList<>(kernel.step(segments));
        } catch (RuntimeException e) {
            if (segments.size() > 1) {
                LOG.warn("A step failed; its {} segments are tried alone", segments.size(), e);
            } else {
                LOG.error("A generation failed", e);
                return Arrays.asList((Row) null);
            }
        }
        var rows = new ArrayList<@Nullable Row>();
        for (var segment : segments) {
            rows.add(alone(segment));
        }
        return rows;
    }

    private @Nullable Row alone(Segment segment) {
        try {
            return kernel.step(List.of(segment)).getFirst();
        } catch (RuntimeException e) {
            LOG.error("A generation failed", e);
            return null;
        }
    }

    private static Segment segment(Planned planned) {
        var sequence = planned.sequence();
        var piece = planned.piece();
        var ids = sequence.table().slice(piece.from(), piece.from() + piece.count());
        var wanted = sequence.goal().wanted(piece);
        if (planned.draft().length > 0) {
            ids = LongStream.concat(Arrays.stream(ids), Arrays.stream(planned.draft())).toArray();
            wanted = wanted.ofAll();
        }
        return new Segment(sequence.table().pages(), piece.from(), ids, wanted);
    }

    private Taken take(Planned planned, @Nullable Row row) {
        var sequence = planned.sequence();
        if (row == null) {
            return new Taken(sequence, 0, FinishReason.FAILED);
        }
        try {
            return planned.draft().length == 0
                    ? new Taken(sequence, 0, take(sequence, planned.piece(), row))
                    : takeAll(planned, row);
        } catch (RuntimeException e) {
            LOG.error("A generation failed", e);
            return new Taken(sequence, 0, FinishReason.FAILED);
        }
    }

    /// Draws token after token as long as each is the guessed one, whose row comes next then.
    /// INVARIANT: whatever counts as computed was computed from the tokens that were drawn. What
    /// refused tokens left in the pages lies behind that: nobody reads it, and the next step writes
    /// over it.
    private Taken takeAll(Planned planned, Row row) {
        var sequence = planned.sequence();
        var draft = planned.draft();
        int accepted = 0;
        var reason = take(sequence, planned.piece(), row.at(0));
        while (reason == null
                && accepted < draft.length
                && sequence.table().last() == draft[accepted]
                && !sequence.goal().cancelled()) {
            accepted++;
            var next = new Piece(sequence.table().computed(), 1, true);
            reason = take(sequence, next, row.at(accepted));
        }
        sequence.acceptance().tried(draft.length, accepted);
        cache.withdraw(sequence.table());
        return new Taken(sequence, accepted, reason);
    }

    private @Nullable FinishReason take(Sequence sequence, Piece piece, Row row) {
        sequence.table().advance(piece.count());
        cache.completed(sequence.table());
        return switch (sequence.goal().take(sequence, piece, row)) {
            case Next.More() -> null;
            case Next.Token(long id) -> {
                sequence.table().append(id);
                yield null;
            }
            case Next.End(FinishReason reason) -> reason;
        };
    }

    /// Time and energy are shared out by rows, guessed ones included: nobody pays for what was
    /// guessed for another. Tokens count only if they belong to the answer.
    private void report(List<Planned> plan, List<Taken> taken, long took) {
        int rows = plan.stream().mapToInt(Planned::rows).sum();
        var shares = new ArrayList<StepReport.Share>();
        double joules = watts * took / NANOS_PER_SECOND;
        for (int i = 0; i < plan.size(); i++) {
            var planned = plan.get(i);
            int own = planned.piece().count() + taken.get(i).accepted();
            double part = (double) planned.rows() / rows;
            var usage =
                    new ComputeUsage(
                            planned.decoded() ? 0 : own,
                            planned.decoded() ? own : 0,
                            Duration.ofNanos((long) (took * part)),
                            joules * part);
            planned.sequence().used(usage);
            var goal = planned.sequence().goal();
            shares.add(new StepReport.Share(goal.id(), goal.turn().account(), usage));
        }
        int guessed = plan.stream().mapToInt(p -> p.draft().length).sum();
        int accepted = taken.stream().mapToInt(Taken::accepted).sum();
        tell(
                new StepReport(
                        Duration.ofNanos(took),
                        joules,
                        cache.available(),
                        new Guesses(guessed, accepted),
                        shares));
    }

    private void tell(StepReport report) {
        try {
            listener.onStep(report);
        } catch (RuntimeException e) {
            LOG.warn("Whoever hears of steps failed", e);
        }
    }

    /// What came of a sequence's part in a step.
    /// @param accepted guessed tokens that were drawn and lie computed in its pages
    /// @param reason if it has come to its end
    record Taken(Sequence sequence, int accepted, @Nullable FinishReason reason) {}
}
