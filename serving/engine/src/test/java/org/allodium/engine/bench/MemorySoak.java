package org.allodium.engine.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import org.allodium.engine.Decoder;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.Engine;
import org.allodium.engine.Generation;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationPiece;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.GenerationResult;
import org.allodium.engine.Sampling;
import org.allodium.engine.Turn;

/// Whether memory stays where it is: thousands of requests of mixed length with cancels, broken
/// listeners and refusals, and models that come and go. The heap has a fixed size, so that what
/// grows is native.
final class MemorySoak {
    private static final int AT_ONCE = 32;
    private static final int ROUNDS = 10;
    private static final long MEBI = 1 << 20;

    private final PrintStream out;
    private int cancelled;
    private int broken;
    private int refused;

    MemorySoak(PrintStream out) {
        this.out = out;
    }

    void requests(Path model, int count) {
        // Too small for all at once, so that some are preempted.
        var options = DecoderOptions.STANDARD.withCacheBytes(MEBI);
        try (var decoder = Engine.loadDecoder(model, options)) {
            out.printf("| requests | resident MiB |%n|---|---|%n");
            long settled = 0;
            var random = new SplittableRandom(99);
            int tenth = Math.max(1, count / 10);
            for (int done = 0; done < count; done += tenth) {
                some(decoder, tenth, random);
                long resident = resident();
                out.printf("| %d | %d |%n", done + tenth, resident / MEBI);
                // The first fifth fills what libraries keep.
                settled = done < count / 5 ? resident : settled;
            }
            out.printf(
                    Locale.ROOT,
                    "growth after the first fifth: %.1f MiB (%d cancelled, %d broken, %d refused)%n",
                    (double) (resident() - settled) / MEBI,
                    cancelled,
                    broken,
                    refused);
        }
    }

    private void some(Decoder decoder, int count, SplittableRandom random) {
        var places = new Semaphore(AT_ONCE);
        for (int i = 0; i < count; i++) {
            places.acquireUninterruptibly();
            one(decoder, random, places);
        }
        places.acquireUninterruptibly(AT_ONCE);
    }

    private void one(Decoder decoder, SplittableRandom random, Semaphore places) {
        int kind = random.nextInt(10);
        if (kind == 0) {
            refuse(decoder, places);
            return;
        }
        int vocabulary = decoder.description().vocabularySize();
        var prompt = random.longs(random.nextInt(1, 300), 3, vocabulary).boxed().toList();
        var sampling =
                random.nextBoolean() ? Sampling.GREEDY : new Sampling(0.8, 0.9, random.nextLong());
        var request =
                new GenerationRequest(prompt, random.nextInt(1, 64), sampling, List.of())
                        .withEnding(new Ending(List.of(), true))
                        .withTurn(new Turn(random.nextInt(3), "", 1, "tenant" + kind));
        boolean breaks = kind == 1;
        Generation generation = decoder.submit(request, new Freeing(places, breaks));
        broken += breaks ? 1 : 0;
        if (kind < 4 && !breaks) {
            cancelled++;
            generation.cancel();
        }
    }

    private void refuse(Decoder decoder, Semaphore places) {
        try {
            decoder.submit(
                    new GenerationRequest(List.of(-1L), 5, Sampling.GREEDY, List.of()),
                    new Freeing(places, false));
        } catch (IllegalArgumentException e) {
            refused++;
            places.release();
        }
    }

    private record Freeing(Semaphore places, boolean breaks) implements GenerationListener {
        @Override
        public void onText(String text, int completionTokensSoFar) {}

        @Override
        public void onPiece(GenerationPiece piece) {
            if (breaks) {
                throw new IllegalStateException("A listener that breaks");
            }
        }

        @Override
        public void onEnd(GenerationResult result) {
            places.release();
        }
    }

    /// Two models of different size, loaded and unloaded in turn.
    void comingAndGoing(Path small, Path large) {
        out.printf("| round | loaded MiB, small / large | closed MiB |%n|---|---|---|%n");
        long settled = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            long first = loaded(small);
            long second = loaded(large);
            long after = resident();
            out.printf("| %d | %d / %d | %d |%n", round, first / MEBI, second / MEBI, after / MEBI);
            settled = round <= 2 ? after : settled;
        }
        out.printf(
                Locale.ROOT,
                "growth after the second round: %.1f MiB%n",
                (double) (resident() - settled) / MEBI);
    }

    private long loaded(Path model) {
        try (var decoder = Engine.loadDecoder(model)) {
            some(decoder, AT_ONCE, new SplittableRandom(5));
            return resident();
        }
    }

    /// Bytes of the process in memory.
    private static long resident() {
        System.gc();
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .map(line -> line.replaceAll("\\D", ""))
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElseThrow()
                    * 1024;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
