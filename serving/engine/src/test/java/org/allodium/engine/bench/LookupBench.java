package org.allodium.engine.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.Decoder;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.Engine;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.Sampling;

/// What guessing answers ahead brings: two copies of a model, one that guesses and one that does
/// not, answer the same in turn.
public final class LookupBench {
    private static final int ROUNDS = 2;
    private static final int PROMPT = 128;
    private static final int ANSWER = 128;
    private static final String QUESTIONS = "/training/allodium-guide/fresh.txt";

    private final List<Decoder> decoders = new ArrayList<>();
    private final List<Steps> steps = List.of(new Steps(), new Steps());

    private LookupBench(Path model, Precision precision) {
        for (int i = 0; i < 2; i++) {
            var options =
                    DecoderOptions.STANDARD
                            .withPrecision(precision)
                            .withCacheBytes(256L << 20)
                            .withLookup(i == 1)
                            .withSteps(0, steps.get(i));
            decoders.add(Engine.loadDecoder(model, options));
        }
    }

    /// @param folder where the model is written
    public static void run(Path folder, List<Precision> precisions) {
        System.out.printf("%nGuessing ahead, %s%n", Stopwatch.name());
        var guide = new LookupBench(guide(), Precision.AUTO);
        guide.head("allodium-guide", Precision.AUTO);
        guide.questions();
        guide.close();
        for (var precision : precisions) {
            var bench = new LookupBench(BenchModel.QWEN25_05B.in(folder), precision);
            bench.head("QWEN25_05B with random weights", precision);
            for (int streams : new int[] {1, 4}) {
                bench.random(streams);
            }
            bench.close();
        }
    }

    private void head(String model, Precision precision) {
        System.out.printf(
                "%n%s, %s%n%n| text | streams | tok/s without | with | ratio | guessed"
                        + " | of these right | tokens per step |%n|---|---|---|---|---|---|---|---|%n",
                model, precision);
    }

    private void close() {
        decoders.forEach(Decoder::close);
    }

    private static Path guide() {
        try {
            var config = LookupBench.class.getResource("/models/allodium-guide/config.json");
            return Path.of(Objects.requireNonNull(config).toURI()).getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Real questions, and the same again behind their answers, so that the answer is a quotation.
    private void questions() {
        var plain = new ArrayList<GenerationRequest>();
        var quoting = new ArrayList<GenerationRequest>();
        for (var question : lines()) {
            plain.add(chat(List.of(new ChatMessage("user", question))));
            var answer = new HeardAnswer();
            decoders.getFirst().submit(plain.getLast(), answer);
            answer.await();
            quoting.add(
                    chat(
                            List.of(
                                    new ChatMessage("user", question),
                                    new ChatMessage("assistant", answer.text()),
                                    new ChatMessage("user", question))));
        }
        compare("real questions", 1, plain);
        compare("real questions", 4, plain);
        compare("asked again, answer in the prompt", 1, quoting);
        compare("asked again, answer in the prompt", 4, quoting);
    }

    private static List<String> lines() {
        try (var in = LookupBench.class.getResourceAsStream(QUESTIONS)) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.substring(line.indexOf('|') + 1))
                    .limit(60)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private GenerationRequest chat(List<ChatMessage> messages) {
        var prompt = LongStream.of(decoders.getFirst().encodeChat(messages)).boxed().toList();
        return new GenerationRequest(prompt, 150, Sampling.GREEDY, List.of());
    }

    /// Random weights say nothing, so these are bounds: one token again and again is the best that
    /// guesses can meet; with chance among all tokens there is nothing to guess; among three tokens
    /// there is always a guess, and most are wrong.
    private void random(int streams) {
        var random = new Random(5);
        var same = new ArrayList<GenerationRequest>();
        var greedy = new ArrayList<GenerationRequest>();
        var few = new ArrayList<GenerationRequest>();
        var all = new ArrayList<GenerationRequest>();
        for (int i = 0; i < streams; i++) {
            var ids = random.longs(PROMPT, 3, 151_000).boxed().toList();
            var three = Map.of(1000 + i, 40.0, 2000 + i, 40.0, 3000 + i, 40.0);
            same.add(ask(ids, Sampling.GREEDY.withLogitBias(Map.of(1000 + i, 100.0))));
            greedy.add(ask(ids, Sampling.GREEDY.withLogitBias(three)));
            var even = new Sampling(100, 1, (long) i).withTopK(3);
            few.add(ask(ids, even.withLogitBias(three)));
            all.add(ask(ids, new Sampling(1, 1, (long) i)));
        }
        compare("one token again and again", streams, same);
        compare("three tokens, greedy", streams, greedy);
        compare("three tokens by chance", streams, few);
        compare("all tokens by chance", streams, all);
    }

    private static GenerationRequest ask(List<Long> prompt, Sampling sampling) {
        return new GenerationRequest(prompt, ANSWER, sampling, List.of())
                .withEnding(new Ending(List.of(), true));
    }

    private void compare(String text, int streams, List<GenerationRequest> requests) {
        // Warms up what is compiled as it runs.
        answer(0, 1, requests.subList(0, 1));
        answer(1, 1, requests.subList(0, 1));
        steps.forEach(Steps::begin);
        for (int round = 0; round < ROUNDS; round++) {
            answer(0, streams, requests);
            answer(1, streams, requests);
        }
        var without = steps.get(0);
        var with = steps.get(1);
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %.1f | %.1f | %.2f | %.2f | %.0f %% | %.2f |%n",
                text,
                streams,
                without.rate(),
                with.rate(),
                with.rate() / without.rate(),
                with.guessedPerToken(),
                with.right(),
                with.perStep());
    }

    /// So many at a time; the next begin when all have ended.
    private void answer(int which, int streams, List<GenerationRequest> requests) {
        for (int from = 0; from < requests.size(); from += streams) {
            var told = new ArrayList<HeardAnswer>();
            for (var request : requests.subList(from, Math.min(requests.size(), from + streams))) {
                told.add(new HeardAnswer());
                decoders.get(which).submit(request, told.getLast());
            }
            told.forEach(HeardAnswer::await);
        }
    }
}
