package org.allodium.it.bench.inside;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
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

/// A pool whose engine is asked over HTTP, on connections that are kept; all else is that of the
/// pool which it stands before.
final class RemotePool implements ChatPool {
    private final ChatPool real;
    private final int port;
    private final ConcurrentLinkedQueue<EngineConnection> idle = new ConcurrentLinkedQueue<>();

    RemotePool(ChatPool real, int port) {
        this.real = real instanceof RemotePool remote ? remote.real : real;
        this.port = port;
    }

    @Override
    public Running generate(Continuation what, GenerationSink sink) {
        var cancelled = new AtomicBoolean();
        Thread.startVirtualThread(() -> ask(what, sink, cancelled));
        return () -> cancelled.set(true);
    }

    private void ask(Continuation what, GenerationSink sink, AtomicBoolean cancelled) {
        try {
            var connection = idle.poll();
            if (connection == null) {
                connection = new EngineConnection(port);
            }
            var answer = connection.ask(what.request().promptTokens(), what.maxTokens());
            idle.add(connection);
            if (cancelled.get()) {
                sink.end(End.CANCELLED, 0, 0);
                return;
            }
            sink.piece(new AnswerPiece(answer.text(), List.of(), answer.tokens()));
            sink.end(End.STOP, answer.tokens(), 0);
        } catch (IOException away) {
            sink.end(End.FAILED, 0, 0);
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
