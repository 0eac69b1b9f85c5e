package org.allodium.serving;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.allodium.engine.Computing;
import org.allodium.engine.Machine;
import org.allodium.engine.StepReport;
import org.allodium.kernel.ErrorCode;

/// What serving counts. Tags are a model's public name, the operation and the outcome: all bounded,
/// none of a tenant, a person or a text.
public final class ServingMeters {
    private static final String MODEL = "gen_ai.request.model";
    private static final String OPERATION = "gen_ai.operation.name";

    private final MeterRegistry registry;

    public ServingMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// A request that got as far as a known model, from its arrival to its end.
    public void ended(String operation, String model, String outcome, Duration took) {
        var tags = Tags.of(MODEL, model, OPERATION, operation, "outcome", outcome);
        Timer.builder("allodium.serving.requests")
                .tags(tags)
                .publishPercentileHistogram()
                .register(registry)
                .record(took);
        registry.timer("gen_ai.server.request.duration", tags).record(took);
    }

    public void firstToken(String model, Duration after) {
        registry.timer("gen_ai.server.time_to_first_token", MODEL, model).record(after);
    }

    public void tokens(String operation, String model, long input, long output) {
        tokens(operation, model, "input", input);
        if (output > 0) {
            tokens(operation, model, "output", output);
        }
    }

    private void tokens(String operation, String model, String kind, long count) {
        var tags = Tags.of(MODEL, model, OPERATION, operation, "gen_ai.token.type", kind);
        registry.summary("gen_ai.client.token.usage", tags).record((double) count);
        registry.counter("allodium.serving.tokens", tags).increment((double) count);
    }

    public void cache(boolean hit) {
        registry.counter("allodium.serving.cache", "result", hit ? "hit" : "miss").increment();
    }

    /// Something that no code foresaw ended a request.
    public void unexpected() {
        registry.counter("allodium.serving.unexpected").increment();
    }

    public void refused(ErrorCode code) {
        Counter.builder("allodium.serving.refusals")
                .tag("code", code.wireCode())
                .tag("kind", code.kind().name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }

    /// What models are computed with here: always 1, the tags say it.
    public void machine(Machine machine) {
        var own = machine.tiles() ? "tiles" : machine.ownCode() ? "vectors" : "none";
        constant(
                "allodium.engine.machine",
                Tags.of("instructions", machine.instructions().tag(), "own_code", own));
    }

    /// What a model copy is computed in: always 1.
    public void computing(String model, String pool, Computing computing) {
        var precision = computing.precision().name().toLowerCase(Locale.ROOT);
        constant(
                "allodium.engine.precision",
                Tags.of(MODEL, model, "pool", pool, "precision", precision));
    }

    private void constant(String name, Tags tags) {
        Gauge.builder(name, () -> 1).tags(tags).register(registry);
    }

    /// A step of a model copy, on its compute thread.
    public void step(String model, String pool, StepReport step) {
        var tags = Tags.of(MODEL, model, "pool", pool);
        registry.timer("allodium.engine.step", tags).record(step.took());
        registry.summary("allodium.engine.batch", tags).record(step.shares().size());
        registry.summary("allodium.engine.pages.free", tags).record(step.pagesFree());
        registry.counter("allodium.engine.energy.joules", tags).increment(step.joules());
        registry.counter("allodium.engine.guesses.proposed", tags)
                .increment(step.guesses().proposed());
        registry.counter("allodium.engine.guesses.accepted", tags)
                .increment(step.guesses().accepted());
    }

    /// The requests that a pool has taken in and not finished.
    public void queue(String model, String pool, AtomicInteger inside) {
        Gauge.builder("allodium.serving.queue", inside, AtomicInteger::get)
                .tag("pool", pool)
                .tag(MODEL, model)
                .strongReference(true)
                .register(registry);
    }
}
