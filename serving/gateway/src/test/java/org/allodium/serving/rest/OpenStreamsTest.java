package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.ServingWorld;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.tenancy.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OpenStreamsTest {
    private static final int STREAMS = 200;
    private static final String BODY =
            "{\"model\":\"guide\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private final ServingWorld world = new ServingWorld();
    private final Api api = WiredApi.over(world);
    private final Queue<ChatPool.GenerationSink> engine = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        world.close();
    }

    /// Beside the thread on which its request came, which waits as cheaply as can be, none.
    @Test
    @Timeout(60)
    void aStreamHoldsOneThreadAndNoMore(@TempDir Path folder) throws Exception {
        world.organisations.limits = new Limits(10_000, 1_000_000, STREAMS + 1);
        world.home.capacity = STREAMS + 1;
        world.home.script =
                (_, sink) -> {
                    sink.piece(new AnswerPiece("Hello", List.of(), 1));
                    engine.add(sink);
                };
        // What is started with the first answer serves all that follow.
        finish(open(1));
        int before = threads(folder.resolve("before.json"));

        var streams = open(STREAMS);
        int meanwhile = threads(folder.resolve("meanwhile.json"));
        finish(streams);

        assertThat(meanwhile - before).isLessThanOrEqualTo(STREAMS);
        assertThat(streams)
                .allSatisfy(stream -> assertThat(stream.exchange.text()).endsWith("[DONE]\n\n"));
    }

    private record Stream(FakeExchange exchange, Thread thread) {}

    /// One after the other: the rooms that are behind are for one at a time.
    private List<Stream> open(int streams) throws InterruptedException {
        var all = new ArrayList<Stream>();
        for (int n = 0; n < streams; n++) {
            var exchange = FakeExchange.post("/chat/completions", BODY);
            var stream =
                    new Stream(exchange, Thread.startVirtualThread(() -> api.answer(exchange)));
            all.add(stream);
            while (!waits(stream)) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        return all;
    }

    private static boolean waits(Stream stream) {
        return stream.exchange.text().contains("Hello")
                && stream.thread.getState() != Thread.State.RUNNABLE;
    }

    private void finish(List<Stream> streams) throws InterruptedException {
        for (var sink = engine.poll(); sink != null; sink = engine.poll()) {
            sink.end(ChatPool.End.STOP, 1, 0);
        }
        for (var stream : streams) {
            stream.thread.join();
        }
    }

    /// Of both kinds.
    private static int threads(Path dump) throws IOException {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toAbsolutePath().toString(), ThreadDumpFormat.TEXT_PLAIN);
        try (var lines = Files.lines(dump)) {
            return (int) lines.filter(line -> line.startsWith("#")).count();
        }
    }
}
