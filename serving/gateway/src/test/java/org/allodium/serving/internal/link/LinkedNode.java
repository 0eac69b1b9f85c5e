package org.allodium.serving.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Sampling;
import org.allodium.engine.WrittenChat;
import org.allodium.serving.ServingConfig.LinkSettings;
import org.allodium.serving.internal.answers.AnswerCache;
import org.allodium.serving.internal.answers.AnswerCache.Answer;
import org.allodium.serving.internal.answers.AnswerKey;
import org.allodium.sovereignty.Decision;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.PoolVerdict;
import org.allodium.tenancy.StallingProxy;
import org.allodium.tenancy.TenantId;

/// What two servers of one installation are to each other, in one process. Each is reached through
/// a wire that can be cut and that remembers what went over it.
final class LinkedNode implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);
    private static final PoolId POOL = new PoolId("here");
    private static final Duration LIFESPAN = Duration.ofHours(1);

    final AnswerCache cache;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final LinkSettings settings;
    final AnswerLink link;

    private LinkedNode(LinkSettings settings, Clock clock) {
        this.settings = settings;
        this.cache = new AnswerCache(100_000_000, LIFESPAN, clock);
        this.link = AnswerLink.open(settings, cache, registry);
    }

    static LinkedNode open(String name, Wire own, Wire others, Path keys) {
        return open(name, own, others, keys, Clock.systemUTC());
    }

    static LinkedNode open(String name, Wire own, Wire others, Path keys, Clock clock) {
        return new LinkedNode(
                new LinkSettings(
                        name,
                        "127.0.0.1",
                        own.port,
                        Optional.of("127.0.0.1:" + own.proxy.port()),
                        List.of("127.0.0.1:" + others.proxy.port()),
                        keys),
                clock);
    }

    /// Where a node listens, and the way to it.
    record Wire(int port, StallingProxy proxy) implements AutoCloseable {
        static Wire lay() throws IOException {
            try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                int port = free.getLocalPort();
                return new Wire(port, new StallingProxy(port));
            }
        }

        @Override
        public void close() {
            proxy.close();
        }
    }

    void awaitMembers(int wanted) {
        await(wanted + " members", () -> link.members() == wanted);
    }

    void keep(String question, String answer) {
        cache.keep(key(question), answered(answer));
    }

    Optional<String> find(String question) {
        return cache.find(key(question), permitting(POOL))
                .map(found -> found.choices().getFirst().pieces().getFirst());
    }

    Optional<Answer> find(String question, PoolId permitted) {
        return cache.find(key(question), permitting(permitted));
    }

    void awaitFinds(String question, String answer) {
        await(question + " is answered", () -> find(question).equals(Optional.of(answer)));
    }

    static void await(String what, Callable<Boolean> holds) {
        long end = System.nanoTime() + SOON.toNanos();
        try {
            while (!holds.call()) {
                assertThat(System.nanoTime()).as(what).isLessThan(end);
                LockSupport.parkNanos(10_000_000);
            }
        } catch (Exception failed) {
            throw new AssertionError(what, failed);
        }
    }

    static Answer answered(String text) {
        return new Answer(
                "receipt",
                POOL.value(),
                1,
                1,
                List.of(new AnswerCache.Spoken(List.of(text), "stop")));
    }

    static AnswerKey key(String question) {
        return new AnswerKey(
                new TenantId(new UUID(0, 1)),
                7,
                "policy",
                "digest",
                "",
                new WrittenChat(List.of(new WrittenChat.Part(question, false))),
                16,
                512,
                2048,
                Sampling.GREEDY,
                new Ending(List.of(), false),
                new OutputFormat.Text(),
                1);
    }

    private static Decision permitting(PoolId pool) {
        return new Decision(
                Instant.EPOCH,
                "national",
                "hash",
                "facts",
                7,
                List.of(new PoolVerdict(pool, List.of())),
                Optional.empty(),
                List.of());
    }

    @Override
    public void close() {
        link.close();
        cache.close();
    }
}
