package org.allodium.engine.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.allodium.engine.Decoder;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationPiece;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.GenerationResult;
import org.allodium.engine.Sampling;

/// Requests of mixed length that arrive at random times: what users of a busy model see.
final class MixedLoad {
    private static final int LEAST_PROMPT = 64;
    private static final int MOST_PROMPT = 1024;
    private static final int LEAST_OUTPUT = 16;
    private static final int MOST_OUTPUT = 256;
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e6;

    private final Decoder decoder;
    private final int requests;
    private final PrintStream out;

    MixedLoad(Decoder decoder, int requests, PrintStream out) {
        this.decoder = decoder;
        this.requests = requests;
        this.out = out;
    }

    /// @param perSecond requests that arrive in a second on average; infinity means all at once
    void run(double perSecond) {
        var random = new SplittableRandom(4711);
        var done = new CountDownLatch(requests);
        var watched = new ArrayList<Watched>();
        long begun = System.nanoTime();
        double due = 0;
        for (int i = 0; i < requests; i++) {
            due += -Math.log(1 - random.nextDouble()) / perSecond;
            sleepUntil(begun + (long) (due * NANOS));
            var one = new Watched(done);
            watched.add(one);
            decoder.submit(request(random), one);
        }
        await(done);
        print(perSecond, watched, (System.nanoTime() - begun) / NANOS);
    }

    private GenerationRequest request(SplittableRandom random) {
        int vocabulary = decoder.description().vocabularySize();
        var prompt =
                random.longs(random.nextInt(LEAST_PROMPT, MOST_PROMPT + 1), 3, vocabulary)
                        .boxed()
                        .toList();
        int tokens = random.nextInt(LEAST_OUTPUT, MOST_OUTPUT + 1);
        return new GenerationRequest(prompt, tokens, Sampling.GREEDY, List.of())
                .withEnding(new Ending(List.of(), true));
    }

    private void print(double perSecond, List<Watched> watched, double seconds) {
        long prompts = watched.stream().mapToLong(w -> w.result.promptTokens()).sum();
        long prefilled = watched.stream().mapToLong(w -> w.result.usage().prefillTokens()).sum();
        long outputs = watched.stream().mapToLong(w -> w.result.completionTokens()).sum();
        var first = figures(watched.stream().map(Watched::firstMillis));
        var each = figures(watched.stream().map(Watched::perTokenMillis));
        var gaps = figures(watched.stream().flatMap(w -> w.gaps.stream()));
        out.printf(
                Locale.ROOT,
                "| %s | %d | %.0f | %.0f | %.0f / %.0f | %.0f / %.0f | %.0f / %.0f | %d |%n",
                Double.isInfinite(perSecond) ? "at once" : String.valueOf(perSecond),
                requests,
                prompts / seconds,
                outputs / seconds,
                first.at(0.5),
                first.at(0.99),
                each.at(0.5),
                each.at(0.99),
                gaps.at(0.99),
                gaps.at(1),
                prefilled - prompts);
    }

    void head() {
        out.println(
                "| requests/s | requests | prompt tok/s | output tok/s | first token ms p50 / p99"
                        + " | per token ms p50 / p99 | gap ms p99 / longest | computed again |");
        out.println("|---|---|---|---|---|---|---|---|");
    }

    private static Figures figures(Stream<Double> measured) {
        return Figures.of(measured.toList());
    }

    private static void sleepUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void await(CountDownLatch done) {
        try {
            if (!done.await(1, TimeUnit.HOURS)) {
                throw new IllegalStateException("The load does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// One request with the times of its tokens.
    private static final class Watched implements GenerationListener {
        private final CountDownLatch done;
        private final long submitted = System.nanoTime();
        private final List<Double> gaps = new ArrayList<>();
        private GenerationResult result;
        private long first;
        private long last;

        Watched(CountDownLatch done) {
            this.done = done;
        }

        @Override
        public void onText(String text, int completionTokensSoFar) {
            heard();
        }

        @Override
        public void onPiece(GenerationPiece piece) {
            heard();
        }

        private void heard() {
            long now = System.nanoTime();
            if (first == 0) {
                first = now;
            } else {
                gaps.add((now - last) / MILLIS);
            }
            last = now;
        }

        @Override
        public void onEnd(GenerationResult ended) {
            result = ended;
            done.countDown();
        }

        double firstMillis() {
            return (first - submitted) / MILLIS;
        }

        double perTokenMillis() {
            return (last - first) / MILLIS / Math.max(1, result.completionTokens() - 1);
        }
    }
}
