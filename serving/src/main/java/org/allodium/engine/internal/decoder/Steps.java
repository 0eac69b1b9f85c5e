package org.allodium.engine.internal.decoder;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.StepReport;
import org.allodium.engine.Usage;
import org.allodium.engine.internal.decoder.Aim.Next;
import org.allodium.engine.internal.decoder.Batcher.Planned;
import org.allodium.engine.internal.decoder.StepKernel.Row;
import org.allodium.engine.internal.decoder.StepKernel.Segment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Computes planned steps, hands out what they bring, and reports who used what.
final class Steps {
    private static final Logger LOG = LoggerFactory.getLogger(Steps.class);
    private static final double NANOS_PER_SECOND = 1e9;

    private final StepKernel kernel;
    private final Memory memory;
    private final double watts;
    private final StepReport.Listener listener;
    private final LongSupplier nanos;

    Steps(StepKernel kernel, Memory memory, DecoderOptions options, LongSupplier nanos) {
        this.kernel = kernel;
        this.memory = memory;
        this.watts = options.watts();
        this.listener = options.steps();
        this.nanos = nanos;
    }

    long now() {
        return nanos.getAsLong();
    }

    /// Fills the first pages of a sequence with what was computed elsewhere.
    void restore(Sequence sequence, CarriedPages imported) {
        int full = memory.pagesFor(imported.positions());
        if (full > 0) {
            kernel.importPages(Arrays.copyOf(sequence.pages(), full), imported.content());
        }
    }

    /// Computes a step; gives those that have come to their end.
    List<Ended> compute(List<Planned> plan) {
        long begun = now();
        var rows = rows(plan);
        var ended = new ArrayList<Ended>();
        for (int i = 0; i < plan.size(); i++) {
            var planned = plan.get(i);
            var reason = take(planned, rows.get(i));
            if (reason != null) {
                ended.add(new Ended(planned.sequence(), reason));
            }
        }
        report(plan, now() - begun);
        return ended;
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
        return new Segment(
                sequence.pages(),
                piece.from(),
                sequence.slice(piece.from(), piece.from() + piece.count()),
                sequence.aim().wanted(piece));
    }

    private @Nullable FinishReason take(Planned planned, @Nullable Row row) {
        if (row == null) {
            return FinishReason.FAILED;
        }
        var sequence = planned.sequence();
        var piece = planned.piece();
        sequence.advance(piece.count());
        memory.completed(sequence);
        try {
            return switch (sequence.aim().take(sequence, piece, row)) {
                case Next.More() -> null;
                case Next.Token(long id) -> {
                    sequence.append(id);
                    yield null;
                }
                case Next.End(FinishReason reason) -> reason;
            };
        } catch (RuntimeException e) {
            LOG.error("A generation failed", e);
            return FinishReason.FAILED;
        }
    }

    private void report(List<Planned> plan, long took) {
        int tokens = plan.stream().mapToInt(p -> p.piece().count()).sum();
        var shares = new ArrayList<StepReport.Share>();
        double joules = watts * took / NANOS_PER_SECOND;
        for (var planned : plan) {
            int own = planned.piece().count();
            double part = (double) own / tokens;
            var usage =
                    new Usage(
                            planned.decoded() ? 0 : own,
                            planned.decoded() ? own : 0,
                            Duration.ofNanos((long) (took * part)),
                            joules * part);
            planned.sequence().used(usage);
            var aim = planned.sequence().aim();
            shares.add(new StepReport.Share(aim.id(), aim.turn().account(), usage));
        }
        tell(new StepReport(Duration.ofNanos(took), joules, memory.available(), shares));
    }

    private void tell(StepReport report) {
        try {
            listener.onStep(report);
        } catch (RuntimeException e) {
            LOG.warn("Whoever hears of steps failed", e);
        }
    }

    /// A sequence that has come to its end.
    record Ended(Sequence sequence, FinishReason reason) {}
}
