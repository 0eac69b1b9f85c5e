package org.allodium.serving.internal.pools;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.ChatPrompt;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.Decoder;
import org.allodium.engine.EngineBusy;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationPiece;
import org.allodium.engine.GenerationResult;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.SamplingDefaults;
import org.allodium.engine.TokenScore;
import org.allodium.engine.Tool;
import org.allodium.engine.ToolCallReader;
import org.allodium.engine.WrittenChat;
import org.allodium.kernel.Refused;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ChatTools;
import org.allodium.serving.Refusals;
import org.allodium.serving.ScoredToken;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A decoder in this process.
final class LocalChatPool extends LocalPool implements ChatPool {
    private static final Logger LOG = LoggerFactory.getLogger(LocalChatPool.class);

    private final Decoder decoder;

    LocalChatPool(Copy copy, Decoder decoder, Queue queue) {
        super(copy, decoder, queue);
        this.decoder = decoder;
    }

    @Override
    public WrittenChat write(
            List<ChatCommand.Message> messages, ChatTools tools, String variables) {
        var turns =
                messages.stream()
                        .map(
                                m ->
                                        new ChatMessage(
                                                m.role(),
                                                m.content(),
                                                m.toolCalls(),
                                                m.toolCallId()))
                        .toList();
        var demanded = tools.required() ? tools.callable() : List.<Tool>of();
        var conversation = new ChatPrompt(turns, tools.offered(), demanded, variables);
        try {
            return decoder.write(conversation);
        } catch (EngineBusy e) {
            throw busy(e);
        } catch (ChatRefused e) {
            LOG.debug("The template refused a conversation", e);
            throw Refused.invalid(
                    "messages", "serving.template-refuses", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public List<Long> tokens(WrittenChat conversation) {
        return LongStream.of(decoder.encode(conversation)).boxed().toList();
    }

    @Override
    public SamplingDefaults samplingDefaults() {
        return decoder.samplingDefaults();
    }

    private static Refused busy(EngineBusy e) {
        LOG.info("The engine is busy: {}", e.getMessage());
        return Refusals.overloaded(Duration.ofSeconds(1));
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
        if (format instanceof OutputFormat.ToolCalls calls
                && !(calls.words() instanceof OutputFormat.Text)) {
            // What is wrong with it is told where it stands.
            check(calls.words());
        }
        try {
            decoder.check(format);
        } catch (EngineBusy e) {
            throw busy(e);
        } catch (FormatRefused e) {
            LOG.debug("A form of answer was refused", e);
            throw format instanceof OutputFormat.ToolCalls
                    ? Refusals.asSaid(e.getMessage(), "tools" + e.place())
                    : Refusals.asSaid(e.getMessage(), "response_format" + within(e.place()));
        }
    }

    private static String within(String schema) {
        return schema.isEmpty() ? "" : ".json_schema.schema." + schema;
    }

    @Override
    public Running generate(Continuation what, GenerationSink sink) {
        try {
            return decoder.submit(what.request(), Listening.of(what, sink, decoder))::cancel;
        } catch (IllegalArgumentException e) {
            // All else was checked before; what remains is a copy of the model with little memory.
            LOG.debug("The engine refused a request", e);
            throw Refusals.asSaid(e.getMessage() + ".", "max_tokens");
        } catch (IllegalStateException closed) {
            LOG.warn("Pool {} takes no request any more", pool(), closed);
            sink.end(End.FAILED, 0, 0);
            return () -> {};
        }
    }

    /// @param calls null where no tools are offered
    private record Listening(
            Continuation what,
            GenerationSink sink,
            Decoder decoder,
            @Nullable ToolCallReader calls,
            Progress progress)
            implements GenerationListener {

        private static final class Progress {
            private int tokens;
            private boolean called;
        }

        static Listening of(Continuation what, GenerationSink sink, Decoder decoder) {
            var calls =
                    what.request().format() instanceof OutputFormat.ToolCalls tools
                            ? decoder.toolCalls(tools)
                            : null;
            return new Listening(what, sink, decoder, calls, new Progress());
        }

        @Override
        public void onPrompt(List<TokenScore> prompt) {
            sink.prompt(prompt.stream().map(this::scored).toList());
        }

        @Override
        public void onText(String text, int completionTokensSoFar) {
            throw new IllegalStateException("Pieces are heard with their tokens");
        }

        @Override
        public void onPiece(GenerationPiece piece) {
            boolean wanted = what.tokens() || what.request().logprobs().ofAnswer();
            var tokens =
                    wanted
                            ? piece.tokens().stream().map(this::scored).toList()
                            : List.<ScoredToken>of();
            progress.tokens = piece.completionTokensSoFar();
            if (calls == null) {
                sink.piece(new AnswerPiece(piece.text(), tokens, progress.tokens));
            } else {
                tell(calls.push(piece.text()), tokens);
            }
        }

        private void tell(ToolCallReader.Found found, List<ScoredToken> tokens) {
            progress.called |= !found.calls().isEmpty();
            sink.piece(new AnswerPiece(found.text(), tokens, progress.tokens, found.calls()));
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
            if (calls != null) {
                tell(calls.end(), List.of());
            }
            var why =
                    switch (result.reason()) {
                        case STOP -> progress.called ? End.TOOL_CALLS : End.STOP;
                        case LENGTH -> End.LENGTH;
                        case CANCELLED -> End.CANCELLED;
                        case FAILED -> End.FAILED;
                    };
            sink.end(why, result.completionTokens(), result.cachedTokens());
        }
    }
}
