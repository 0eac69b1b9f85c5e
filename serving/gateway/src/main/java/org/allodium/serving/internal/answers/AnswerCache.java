package org.allodium.serving.internal.answers;

import java.time.Duration;
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
    private static final String NAME = "answers";

    private final DefaultCacheManager manager;
    private final Cache<String, byte[]> answers;
    private final Duration lifespan;

    public AnswerCache(long maxBytes, Duration lifespan) {
        this.lifespan = lifespan;
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
        answers.put(
                key.digest(), AnswerText.write(answer), lifespan.toMillis(), TimeUnit.MILLISECONDS);
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
