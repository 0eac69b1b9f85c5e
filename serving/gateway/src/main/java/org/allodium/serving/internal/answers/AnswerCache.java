package org.allodium.serving.internal.answers;

import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.engine.Sampling;
import org.allodium.serving.AnswerCommand;
import org.allodium.serving.ChatCommand;
import org.allodium.sovereignty.Decision;
import org.allodium.sovereignty.PoolId;
import org.infinispan.Cache;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.configuration.global.ShutdownHookBehavior;
import org.infinispan.eviction.EvictionStrategy;
import org.infinispan.manager.DefaultCacheManager;

/// Answers of deterministic requests, to be given again to the same tenant for the same question
/// under the same facts and policies. Bounded in bytes and in time; losing it loses nothing.
public final class AnswerCache implements AutoCloseable {
    /// Of what [AnswerText] writes: nodes of two builds may tell each other, so whoever changes
    /// how that is written changes this.
    public static final byte FORMAT = 1;

    public static final Telling NOBODY = (key, answer, until) -> {};

    private static final String NAME = "answers";

    private final DefaultCacheManager manager;
    private final Cache<String, byte[]> answers;
    private final Duration lifespan;
    private final Clock clock;
    private volatile Telling others = NOBODY;

    public AnswerCache(long maxBytes, Duration lifespan, Clock clock) {
        this.lifespan = lifespan;
        this.clock = clock;
        var global = new GlobalConfigurationBuilder().nonClusteredDefault();
        global.jmx().disable();
        global.classLoader(AnswerCache.class.getClassLoader());
        global.shutdown().hookBehavior(ShutdownHookBehavior.DONT_REGISTER);
        var cache = new ConfigurationBuilder();
        cache.encoding().mediaType(MediaType.APPLICATION_PROTOSTREAM_TYPE);
        cache.memory().maxSize(Long.toString(maxBytes)).whenFull(EvictionStrategy.REMOVE);
        this.manager = new DefaultCacheManager(global.build());
        manager.defineConfiguration(NAME, cache.build());
        this.answers = manager.getCache(NAME);
    }

    /// Whether an answer may be kept: it must be text alone, and the same whenever it is asked for.
    public static boolean keeps(AnswerCommand command, Sampling sampling) {
        var options = command.options();
        return sampling.repeatable()
                && !options.tokens()
                && options.logprobs().equals(Logprobs.NONE)
                && command instanceof ChatCommand chat
                && chat.tools().offered().isEmpty();
    }

    /// Empty unless the present decision permits the pool that made the answer.
    public Optional<Answer> find(AnswerKey key, Decision decision) {
        return Optional.ofNullable(answers.get(key.digest()))
                .map(AnswerText::read)
                .filter(answer -> decision.permitsReuse(answer.poolId()));
    }

    public void keep(AnswerKey key, Answer answer) {
        var digest = key.digest();
        var bytes = AnswerText.write(answer);
        answers.put(digest, bytes, lifespan.toMillis(), TimeUnit.MILLISECONDS);
        others.tell(digest, bytes, clock.instant().plus(lifespan));
    }

    /// Of each answer that is kept here from now on. It must not wait.
    public void tellOthers(Telling telling) {
        this.others = telling;
    }

    /// What another node tells. It lives no longer than there, and what cannot be read is not kept.
    public void hear(String digest, byte[] bytes, Instant until) {
        long left =
                Math.min(Duration.between(clock.instant(), until).toMillis(), lifespan.toMillis());
        if (left > 0 && isReadable(bytes)) {
            answers.putIfAbsent(digest, bytes, left, TimeUnit.MILLISECONDS);
        }
    }

    private static boolean isReadable(byte[] bytes) {
        try {
            AnswerText.read(bytes);
            return true;
        } catch (UncheckedIOException other) {
            return false;
        }
    }

    /// All that is kept now, one after the other.
    public void each(Telling telling) {
        try (var entries = answers.getAdvancedCache().cacheEntrySet().stream()) {
            for (var all = entries.iterator(); all.hasNext(); ) {
                var entry = all.next();
                telling.tell(
                        entry.getKey(),
                        entry.getValue(),
                        Instant.ofEpochMilli(entry.getCreated() + entry.getLifespan()));
            }
        }
    }

    /// Hears of an answer: the digest of its key, what is kept, and until when by the clock.
    public interface Telling {
        void tell(String digest, byte[] bytes, Instant until);
    }

    @Override
    public void close() {
        manager.stop();
    }

    /// A whole answer: `receipt` names the request that made it, `pool` where that was.
    public record Answer(
            String receipt,
            String pool,
            long inputTokens,
            long completionTokens,
            List<Spoken> choices) {
        public Answer {
            choices = List.copyOf(choices);
        }

        public PoolId poolId() {
            return new PoolId(pool);
        }
    }

    /// One choice, in the pieces in which it was first said.
    public record Spoken(List<String> pieces, String finishReason) {
        public Spoken {
            pieces = List.copyOf(pieces);
        }
    }
}
