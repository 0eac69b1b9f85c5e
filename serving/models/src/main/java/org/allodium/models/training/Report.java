package org.allodium.models.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes down what an evaluation found: figures and every wrong answer as JSON, and the figures
/// again in the model card and the passport, so that no number in them was typed by hand.
final class Report {

    private static final String TEMPLATES = "/training/allodium-guide/";
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Map<String, List<Evaluation.Answered>> answers;

    /// Takes the held-out sets by name.
    Report(Map<String, List<Evaluation.Answered>> answers) {
        this.answers = answers;
    }

    void write(Path directory, TrainingCorpus corpus, Map<String, String> facts)
            throws IOException {
        var values = new LinkedHashMap<>(facts);
        values.put("facts", "" + corpus.training().size());
        values.put("wordings", "" + corpus.training().stream().mapToInt(List::size).sum());
        var json = new LinkedHashMap<String, Object>();
        json.put(
                "method",
                "greedy, fp32 arithmetic, one question a conversation, no system message");
        json.put("exact", "share of answers that equal the right one letter by letter");
        json.put("f1", "mean harmonic mean of word precision and word recall");
        json.put("loss", "mean loss per token of the right answer; perplexity is its exponential");
        answers.forEach(
                (set, part) -> {
                    var score = Evaluation.Score.of(part);
                    put(values, set, score);
                    json.put(set, new Held(score, Evaluation.Score.byTopic(part), wrong(part)));
                });
        var sentences = answers.getOrDefault("sentences", List.of());
        values.put("topics", table(Evaluation.Score.byTopic(sentences)));
        JSON.writeValue(directory.resolve("evaluation.json"), json);
        fill("model-card.md", directory.resolve("README.md"), values);
        fill("passport.yaml", directory.resolve("passport.yaml"), values);
    }

    private record Held(
            Evaluation.Score all, Map<String, Evaluation.Score> topics, List<Wrong> wrong) {}

    private static void put(Map<String, String> values, String name, Evaluation.Score score) {
        values.put(name, "" + score.questions());
        values.put(name + ".exact", percent(score.exact()));
        values.put(name + ".f1", percent(score.f1()));
        values.put(name + ".loss", "" + score.loss());
        values.put(name + ".perplexity", "" + score.perplexity());
    }

    private static String table(Map<String, Evaluation.Score> topics) {
        var out = new StringBuilder("| topic | questions | exact | F1 |\n|---|---:|---:|---:|\n");
        topics.forEach(
                (topic, score) ->
                        out.append(
                                "| %s | %d | %s | %s |%n"
                                        .formatted(
                                                topic,
                                                score.questions(),
                                                percent(score.exact()),
                                                percent(score.f1()))));
        return out.toString().strip();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static List<Wrong> wrong(List<Evaluation.Answered> answers) {
        return answers.stream()
                .filter(answer -> !answer.exact())
                .map(
                        answer ->
                                new Wrong(
                                        answer.example().topic() + "." + answer.example().fact(),
                                        answer.example().question(),
                                        answer.reply()))
                .toList();
    }

    private record Wrong(String fact, String question, String reply) {}

    private static void fill(String template, Path target, Map<String, String> values)
            throws IOException {
        var text = TrainingCorpus.text(TEMPLATES + template);
        for (var entry : values.entrySet()) {
            text = text.replace("@" + entry.getKey() + "@", entry.getValue());
        }
        Files.writeString(target, text);
    }
}
