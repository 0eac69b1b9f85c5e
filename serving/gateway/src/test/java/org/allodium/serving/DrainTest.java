package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.loading.ModelLoader;
import org.junit.jupiter.api.Test;

/// The order in which a server ends.
class DrainTest {
    private final List<String> happened = new CopyOnWriteArrayList<>();

    @Test
    void refusesWhatComesAndSaysWhenToComeAgain() {
        try (var world = new ServingWorld()) {
            var drain = drain(new HastyClock(), () -> {});
            world.arrivals.drain = drain;
            drain.drain();
            assertThatThrownBy(() -> world.arrivals.arrive(ServingWorld.caller(), "x-"))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refusal -> {
                                assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
                                assertThat(refusal.retryAfter()).isPresent();
                            });
        }
    }

    @Test
    void letsRunningAnswersEndBeforeComputingDoes() throws Exception {
        var standing = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        var drain = drain(standing, () -> happened.add("models closed"));
        var first = drain.enter();
        var second = drain.enter();
        var ending = Thread.ofVirtual().start(drain::drain);
        first.close();
        assertThat(ending.isAlive()).isTrue();
        happened.add("last answer");
        second.close();
        ending.join();
        assertThat(happened).containsExactly("last answer", "models closed");
    }

    @Test
    void cutsWhatRunsTooLongAndWaitsUntilItIsSettled() {
        var running = new CopyOnWriteArrayList<Drain.Ticket>();
        var drain =
                drain(
                        new HastyClock(),
                        () -> {
                            happened.add("cut");
                            running.forEach(Drain.Ticket::close);
                        });
        running.add(drain.enter());
        drain.drain();
        drain.drain();
        assertThat(happened).containsExactly("cut");
    }

    private static Drain drain(Clock clock, Runnable end) {
        var drain = new Drain();
        drain.clock = clock;
        drain.models =
                new ModelLoader() {
                    @Override
                    public void end() {
                        end.run();
                    }
                };
        return drain;
    }
}
