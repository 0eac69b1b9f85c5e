package org.allodium.serving.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.allodium.catalog.Model;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.Decoder;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationResult;
import org.allodium.engine.Sampling;
import org.allodium.serving.ChatCommand;
import org.allodium.sovereignty.PoolId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A decoder in this process.
final class LocalChatPool implements ChatPool, LocalPool {
    private static final Logger LOG = LoggerFactory.getLogger(LocalChatPool.class);

    private final PoolId pool;
    private final String digest;
    private final Decoder decoder;
    private final Queue queue;
    private volatile Model.State state = Model.State.READY;

    LocalChatPool(PoolId pool, String digest, Decoder decoder, Queue queue) {
        this.pool = pool;
        this.digest = digest;
        this.decoder = decoder;
        this.queue = queue;
    }

    @Override
    public List<Long> prompt(List<ChatCommand.Message> messages) {
        var turns = messages.stream().map(m -> new ChatMessage(m.role(), m.content())).toList();
        try {
            return LongStream.of(decoder.encodeChat(turns)).boxed().toList();
        } catch (ChatRefused e) {
            LOG.debug("The template refused a conversation", e);
            throw Refusals.invalid(
                    "The model's chat template takes no such conversation: " + e.getMessage(),
                    "messages");
        }
    }

    @Override
    public Running generate(Continuation what, Ear ear) {
        var request =
                new GenerationRequest(what.prompt(), what.maxTokens(), sampling(what), what.stop());
        try {
            return decoder.submit(request, new Listening(ear))::cancel;
        } catch (IllegalStateException closed) {
            LOG.warn("Pool {} takes no request any more", pool, closed);
            ear.end(End.FAILED, 0);
            return () -> {};
        }
    }

    private static Sampling sampling(Continuation what) {
        // A nucleus of nothing holds the likeliest token alone.
        return what.topP() == 0
                ? Sampling.GREEDY
                : new Sampling(what.temperature(), what.topP(), what.seed().orElse(null));
    }

    @Override
    public PoolId pool() {
        return pool;
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public Model.State state() {
        return state;
    }

    @Override
    public int waiting() {
        return queue.inside().get();
    }

    @Override
    public Optional<Seat> enter() {
        return queue.enter();
    }

    @Override
    public Duration expectedWait() {
        return queue.expectedWait();
    }

    @Override
    public void takeNoMore() {
        state = Model.State.OFFLINE;
    }

    @Override
    public void close() {
        takeNoMore();
        decoder.close();
    }

    private record Listening(Ear ear) implements GenerationListener {
        @Override
        public void onText(String text, int completionTokensSoFar) {
            ear.piece(text, completionTokensSoFar);
        }

        @Override
        public void onEnd(GenerationResult result) {
            var why =
                    switch (result.reason()) {
                        case STOP -> End.STOP;
                        case LENGTH -> End.LENGTH;
                        case CANCELLED -> End.CANCELLED;
                        case FAILED -> End.FAILED;
                    };
            ear.end(why, result.completionTokens());
        }
    }
}
