package org.allodium.it.bench.inside;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.SamplingDefaults;
import org.allodium.engine.WrittenChat;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ChatTools;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.serving.internal.pools.ModelPool;
import org.allodium.sovereignty.PoolId;

/// A pool whose model says tokens at a pace, whatever it is asked; all else is that of the pool
/// which it stands before.
final class PacedPool implements ChatPool {
    private final ChatPool real;
    private final Pace pace;
    private final long nanos;

    /// @param nanos between two tokens of an answer
    PacedPool(ChatPool real, Pace pace, long nanos) {
        this.real = real instanceof PacedPool paced ? paced.real : real;
        this.pace = pace;
        this.nanos = nanos;
    }

    @Override
    public Running generate(Continuation what, GenerationSink sink) {
        return pace.begin(what.maxTokens(), nanos, new Telling(sink))::cancel;
    }

    private record Telling(GenerationSink sink) implements Pace.Hearer {
        @Override
        public void token(String text, int saidSoFar) {
            sink.piece(new AnswerPiece(text, List.of(), saidSoFar));
        }

        @Override
        public void end(boolean whole, int said) {
            sink.end(whole ? End.LENGTH : End.CANCELLED, said, 0);
        }
    }

    @Override
    public PoolId pool() {
        return real.pool();
    }

    @Override
    public String digest() {
        return real.digest();
    }

    @Override
    public Model.Precision precision() {
        return real.precision();
    }

    @Override
    public Model.State state() {
        return real.state();
    }

    @Override
    public int mostBytesPerToken() {
        return real.mostBytesPerToken();
    }

    @Override
    public int waiting() {
        return 0;
    }

    @Override
    public Optional<ModelPool.Seat> enter() {
        return Optional.of(() -> {});
    }

    @Override
    public Duration expectedWait() {
        return Duration.ZERO;
    }

    @Override
    public WrittenChat write(
            List<ChatCommand.Message> messages, ChatTools tools, String variables) {
        return real.write(messages, tools, variables);
    }

    @Override
    public List<Long> tokens(WrittenChat conversation) {
        return real.tokens(conversation);
    }

    @Override
    public SamplingDefaults samplingDefaults() {
        return real.samplingDefaults();
    }

    @Override
    public List<Long> tokens(String text) {
        return real.tokens(text);
    }

    @Override
    public String text(List<Long> ids) {
        return real.text(ids);
    }

    @Override
    public boolean knows(long id) {
        return real.knows(id);
    }

    @Override
    public void check(OutputFormat format) {
        real.check(format);
    }
}
