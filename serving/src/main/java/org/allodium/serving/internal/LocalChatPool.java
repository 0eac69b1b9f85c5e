package org.allodium.serving.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.allodium.catalog.Model;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.Decoder;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationPiece;
import org.allodium.engine.GenerationResult;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.TokenScore;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ScoredToken;
import org.allodium.sovereignty.PoolId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A decoder in this process.
final class LocalChatPool implements ChatPool, LocalPool {
    private static final Logger LOG = LoggerFactory.getLogger(LocalChatPool.class);

    private final Copy copy;
    private final Decoder decoder;
    private final Queue queue;
    private volatile Model.State state = Model.State.READY;

    LocalChatPool(Copy copy, Decoder decoder, Queue queue) {
        this.copy = copy;
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
    public List<Long> tokens(String text) {
        return LongStream.of(decoder.encodePrompt(text)).boxed().toList();
    }

    @Override
    public String text(List<Long> ids) {
        return decoder.decode(ids.stream().mapToLong(Long::longValue).toArray());
    }

    @Override
    public boolean knows(long id) {
        return id >= 0 && id < decoder.description().vocabularySize();
    }

    @Override
    public void check(OutputFormat format) {
        try {
            decoder.check(format);
        } catch (FormatRefused e) {
            LOG.debug("A form of answer was refused", e);
            throw Refusals.format(e.getMessage(), e.place());
        }
    }

    @Override
    public Running generate(Continuation what, Ear ear) {
        try {
            return decoder.submit(what.request(), new Listening(what, ear, decoder))::cancel;
        } catch (IllegalArgumentException e) {
            // All else was checked before; what remains is a copy of the model with little memory.
            LOG.debug("The engine refused a request", e);
            throw Refusals.invalid(e.getMessage() + ".", "max_tokens");
        } catch (IllegalStateException closed) {
            LOG.warn("Pool {} takes no request any more", copy.pool(), closed);
            ear.end(End.FAILED, 0, 0);
            return () -> {};
        }
    }

    @Override
    public PoolId pool() {
        return copy.pool();
    }

    @Override
    public String digest() {
        return copy.digest();
    }

    @Override
    public Model.Precision precision() {
        return copy.precision();
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

    private record Listening(Continuation what, Ear ear, Decoder decoder)
            implements GenerationListener {
        @Override
        public void onPrompt(List<TokenScore> prompt) {
            ear.prompt(prompt.stream().map(this::scored).toList());
        }

        @Override
        public void onText(String text, int completionTokensSoFar) {
            throw new IllegalStateException("Pieces are heard with their tokens");
        }

        @Override
        public void onPiece(GenerationPiece piece) {
            boolean told = what.tokens() || what.request().logprobs().ofAnswer();
            var tokens =
                    told
                            ? piece.tokens().stream().map(this::scored).toList()
                            : List.<ScoredToken>of();
            ear.piece(new AnswerPiece(piece.text(), tokens, piece.completionTokensSoFar()));
        }

        private ScoredToken scored(TokenScore token) {
            var top =
                    token.top().stream().map(t -> scored(t.id(), t.logprob(), List.of())).toList();
            return scored(token.id(), token.logprob(), top);
        }

        private ScoredToken scored(long id, double logprob, List<ScoredToken> top) {
            var bytes = decoder.bytes(id);
            var values = new ArrayList<Integer>(bytes.length);
            for (byte b : bytes) {
                values.add(b & 0xff);
            }
            return new ScoredToken(
                    id,
                    new String(bytes, StandardCharsets.UTF_8),
                    values,
                    Double.isNaN(logprob) ? OptionalDouble.empty() : OptionalDouble.of(logprob),
                    top);
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
            ear.end(why, result.completionTokens(), result.cachedTokens());
        }
    }
}
