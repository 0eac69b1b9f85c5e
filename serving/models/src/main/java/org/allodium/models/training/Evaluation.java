package org.allodium.models.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Asks a model questions that it never saw, takes the likeliest token each time, and compares
/// what it says with the answer that would be right.
final class Evaluation {

    private static final int ROWS = 48;
    private static final int LONGEST_ANSWER = 140;

    private final GuideModel model;
    private final ChatFormat format;

    Evaluation(GuideModel model, ChatFormat format) {
        this.model = model;
        this.format = format;
    }

    List<Answered> ask(List<Example> examples) {
        var result = new ArrayList<Answered>();
        for (int start = 0; start < examples.size(); start += ROWS) {
            var part = examples.subList(start, Math.min(examples.size(), start + ROWS));
            var replies = replies(part);
            for (int i = 0; i < part.size(); i++) {
                result.add(new Answered(part.get(i), replies.get(i), loss(part.get(i))));
            }
        }
        return result;
    }

    /// The mean loss per token of the right answer, the closing token included.
    private double loss(Example example) {
        var prompt = prompt(example);
        var reply = format.ids(example.answer() + "<|im_end|>");
        var all = Arrays.copyOf(prompt, prompt.length + reply.length);
        System.arraycopy(reply, 0, all, prompt.length, reply.length);
        int length = all.length - 1;
        var weights = new float[length];
        Arrays.fill(weights, prompt.length - 1, length, 1);
        var batch =
                new Batch(
                        1,
                        length,
                        Arrays.copyOf(all, length),
                        Arrays.copyOfRange(all, 1, length + 1),
                        weights);
        try (var scratch = model.manager().newSubManager()) {
            return model.loss(batch, scratch, false).getFloat();
        }
    }

    private List<String> replies(List<Example> examples) {
        int count = examples.size();
        var prompts = examples.stream().map(this::prompt).toArray(long[][]::new);
        int width = Arrays.stream(prompts).mapToInt(p -> p.length).max().orElseThrow();
        var lengths = Arrays.stream(prompts).mapToInt(p -> p.length).toArray();
        var rows = new long[count][width + LONGEST_ANSWER];
        for (int row = 0; row < count; row++) {
            System.arraycopy(prompts[row], 0, rows[row], 0, lengths[row]);
        }
        var open = IntStream.range(0, count).toArray();
        for (int step = 0; step < LONGEST_ANSWER && open.length > 0; step++) {
            var next = next(rows, lengths, open);
            var still = IntStream.builder();
            for (int i = 0; i < open.length; i++) {
                if (next[i] != TokenizerFiles.END) {
                    rows[open[i]][lengths[open[i]]++] = next[i];
                    still.add(open[i]);
                }
            }
            open = still.build().toArray();
        }
        var result = new ArrayList<String>();
        for (int row = 0; row < count; row++) {
            result.add(
                    format.text(Arrays.copyOfRange(rows[row], prompts[row].length, lengths[row])));
        }
        return result;
    }

    private long[] prompt(Example example) {
        var turn = format.turn("user", example.question());
        var opening = format.opening();
        var result = Arrays.copyOf(turn, turn.length + opening.length);
        System.arraycopy(opening, 0, result, turn.length, opening.length);
        return result;
    }

    /// The next token of each row that is still open.
    private long[] next(long[][] rows, int[] lengths, int[] open) {
        int used = Arrays.stream(open).map(row -> lengths[row]).max().orElseThrow();
        var view = new long[open.length][];
        var places = new long[open.length];
        for (int i = 0; i < open.length; i++) {
            view[i] = Arrays.copyOf(rows[open[i]], used);
            places[i] = (long) i * used + lengths[open[i]] - 1;
        }
        return model.next(view, places);
    }

    /// A question, what the model said, and its loss on the right answer.
    record Answered(Example example, String reply, double loss) {

        boolean exact() {
            return reply.strip().equals(example.answer());
        }

        /// Harmonic mean of precision and recall over words, as in extractive question answering.
        double f1() {
            var expected = words(example.answer());
            var given = words(reply);
            var left = new HashMap<String, Integer>();
            expected.forEach(word -> left.merge(word, 1, Integer::sum));
            int common = 0;
            for (var word : given) {
                if (left.merge(word, -1, Integer::sum) >= 0) {
                    common++;
                }
            }
            return common == 0 ? 0 : 2.0 * common / (expected.size() + given.size());
        }

        private static List<String> words(String text) {
            return List.of(TrainingCorpus.key(text).split(" "));
        }
    }

    /// Figures over a set of answered questions.
    record Score(int questions, double exact, double f1, double loss, double perplexity) {

        static Score of(List<Answered> answers) {
            double loss = answers.stream().mapToDouble(Answered::loss).average().orElse(0);
            return new Score(
                    answers.size(),
                    rounded(
                            answers.stream().filter(Answered::exact).count()
                                    / (double) answers.size()),
                    rounded(answers.stream().mapToDouble(Answered::f1).average().orElse(0)),
                    rounded(loss),
                    rounded(Math.exp(loss)));
        }

        static Map<String, Score> byTopic(List<Answered> answers) {
            var topics = new LinkedHashMap<String, List<Answered>>();
            for (var answer : answers) {
                topics.computeIfAbsent(answer.example().topic(), t -> new ArrayList<>())
                        .add(answer);
            }
            var result = new LinkedHashMap<String, Score>();
            topics.forEach((topic, part) -> result.put(topic, of(part)));
            return result;
        }

        private static double rounded(double value) {
            return Math.round(value * 10_000) / 10_000.0;
        }
    }
}
