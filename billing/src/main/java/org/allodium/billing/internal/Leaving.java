package org.allodium.billing.internal;

import java.util.function.Supplier;
import org.allodium.billing.Budgets.Release;
import org.allodium.billing.Outflow;
import org.allodium.billing.internal.Ongoing.Running;
import org.jspecify.annotations.Nullable;

/// What leaves of a request under a desk: as its node's life and its marks let it.
final class Leaving implements Outflow {
    /// Of a request that is not under way.
    static final Outflow NOTHING = new Nothing();

    private final String requestId;
    private final Running running;
    private final Life life;
    private final Marks marks;
    private final Supplier<Release> asking = this::permit;
    private Marks.@Nullable Stream stream;

    Leaving(String requestId, Running running, Life life, Marks marks) {
        this.requestId = requestId;
        this.running = running;
        this.life = life;
        this.marks = marks;
    }

    /// Nothing leaves before its intent is durable.
    @Override
    public Release permit() {
        if (running.opening == null || running.end.isDone()) {
            return Release.CUT;
        }
        return life.permits(running.opened ? marks.permit(stream()) : Release.PAUSE);
    }

    @Override
    public Release await() throws InterruptedException {
        return marks.await(asking);
    }

    @Override
    public void released(long outputTokens) {
        if (!running.end.isDone()) {
            stream().released(outputTokens);
        }
    }

    private Marks.Stream stream() {
        var known = stream;
        if (known == null) {
            known = marks.stream(requestId);
            stream = known;
        }
        return known;
    }

    private static final class Nothing implements Outflow {
        @Override
        public Release permit() {
            return Release.CUT;
        }

        @Override
        public Release await() {
            return Release.CUT;
        }

        @Override
        public void released(long outputTokens) {}
    }
}
