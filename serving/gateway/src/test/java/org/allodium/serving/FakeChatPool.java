package org.allodium.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import org.allodium.catalog.Model;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.SamplingDefaults;
import org.allodium.engine.WrittenChat;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.sovereignty.PoolId;

/// Says what it is told to, from a thread of its own. A text has one token per character.
public final class FakeChatPool implements ChatPool {
    public final List<Continuation> asked = new ArrayList<>();
    public final List<OutputFormat> checked = new ArrayList<>();
    public final AtomicInteger inside = new AtomicInteger();
    public final CountDownLatch cancelled = new CountDownLatch(1);
    public String variables = "";
    public SamplingDefaults samplingDefaults = SamplingDefaults.NONE;
    public Model.State state = Model.State.READY;
    public int capacity = 10;
    public int written;
    public int tokenized;
    public Runnable formCheck = () -> {};
    public Runnable beforePrompt = () -> {};
    public Runnable beforeGenerating = () -> {};
    public BiConsumer<FakeChatPool, GenerationSink> script =
            (pool, sink) -> say(sink, End.STOP, "Hello", " you");
    private final PoolId pool;

    public FakeChatPool(PoolId pool) {
        this.pool = pool;
    }

    public static void say(GenerationSink sink, End end, String... pieces) {
        int tokens = 0;
        for (String piece : pieces) {
            tokens++;
            sink.piece(new AnswerPiece(piece, List.of(), tokens));
        }
        sink.end(end, tokens + (end == End.STOP ? 1 : 0), 0);
    }

    @Override
    public WrittenChat write(
            List<ChatCommand.Message> messages, ChatTools tools, String variables) {
        this.variables = variables;
        written++;
        beforePrompt.run();
        return new WrittenChat(
                messages.stream()
                        .map(m -> new WrittenChat.Part(m.role() + "\n" + m.content(), false))
                        .toList());
    }

    @Override
    public List<Long> tokens(WrittenChat conversation) {
        tokenized++;
        int length =
                conversation.parts().stream()
                        .mapToInt(part -> part.text().length() - part.text().indexOf('\n') - 1)
                        .sum();
        return LongStream.range(0, length).boxed().toList();
    }

    @Override
    public SamplingDefaults samplingDefaults() {
        return samplingDefaults;
    }

    @Override
    public List<Long> tokens(String text) {
        tokenized++;
        return LongStream.range(0, text.length()).boxed().toList();
    }

    @Override
    public String text(List<Long> ids) {
        return "x".repeat(ids.size());
    }

    @Override
    public boolean knows(long id) {
        return id >= 0 && id < 1_000;
    }

    @Override
    public void check(OutputFormat format) {
        checked.add(format);
        formCheck.run();
    }

    @Override
    public int mostBytesPerToken() {
        return 4;
    }

    @Override
    public Running generate(Continuation what, GenerationSink sink) {
        beforeGenerating.run();
        asked.add(what);
        Thread.startVirtualThread(() -> script.accept(this, sink));
        return cancelled::countDown;
    }

    @Override
    public PoolId pool() {
        return pool;
    }

    @Override
    public String digest() {
        return "sha256:" + "ab".repeat(32);
    }

    @Override
    public Model.Precision precision() {
        return Model.Precision.AUTO;
    }

    @Override
    public Model.State state() {
        return state;
    }

    @Override
    public int waiting() {
        return inside.get();
    }

    @Override
    public Optional<Seat> enter() {
        if (inside.get() >= capacity) {
            return Optional.empty();
        }
        inside.incrementAndGet();
        return Optional.of(inside::decrementAndGet);
    }

    @Override
    public Duration expectedWait() {
        return Duration.ofMillis(1_500);
    }
}
