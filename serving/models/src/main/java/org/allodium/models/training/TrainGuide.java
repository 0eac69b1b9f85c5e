package org.allodium.models.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Trains, exports and evaluates the guide: `TrainGuide DIRECTORY` does all of it in two cycles of
/// the learning rate, `TrainGuide DIRECTORY second` goes on with the second cycle after a run that
/// was cut off there, `TrainGuide DIRECTORY evaluate` asks again a model that lies there.
public final class TrainGuide {

    static final long SEED = 20261123;
    private static final Cycle FIRST = new Cycle(SEED, 0, new Schedule(1200, 60, 1.2e-3));
    private static final Cycle SECOND = new Cycle(SEED + 1, 1200, new Schedule(600, 20, 5e-4));
    private static final int VOCABULARY = 2048;
    private static final int TOKENS_PER_STEP = 2048;
    private static final int BRIEF_ROW = 40;
    private static final int USUAL_ROW = 128;
    private static final int CHECKPOINT = 50;
    private static final String LOG = "training-log.csv";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String WEIGHTS = "model.safetensors";

    private TrainGuide() {}

    public static void main(String[] arguments) throws IOException {
        var directory = Files.createDirectories(Path.of(arguments[0]));
        var part = arguments.length > 1 ? arguments[1] : "all";
        var corpus = TrainingCorpus.of(TrainingCorpus.bundledFacts(), SEED);
        if (part.equals("all")) {
            begin(directory, corpus);
            train(directory, corpus, FIRST);
        }
        if (!part.equals("evaluate")) {
            train(directory, corpus, SECOND);
        }
        evaluate(directory, corpus);
    }

    /// Leaves a tokenizer, and nothing of an earlier run that the next steps would read.
    private static void begin(Path directory, TrainingCorpus corpus) throws IOException {
        var vocabulary = BytePairTrainer.learn(texts(corpus), TokenizerFiles.SPECIALS, VOCABULARY);
        var shape = GuideShape.guide(vocabulary.tokens().size());
        TokenizerFiles.write(directory, vocabulary, shape.context());
        say("seed %d, vocabulary %d, parameters %d", SEED, shape.vocabulary(), shape.parameters());
        Files.deleteIfExists(directory.resolve(WEIGHTS));
        Files.deleteIfExists(directory.resolve(LOG));
    }

    private static void train(Path directory, TrainingCorpus corpus, Cycle cycle)
            throws IOException {
        var shape = GuideShape.guide(VOCABULARY);
        var plan = new TrainingRun.RowPlan(TOKENS_PER_STEP, BRIEF_ROW, USUAL_ROW, shape.context());
        try (var format = new ChatFormat(directory.resolve(TOKENIZER));
                var model = new GuideModel(shape, SEED);
                var log = new TrainingLog(directory.resolve(LOG), cycle.firstStep())) {
            if (cycle.firstStep() > 0) {
                model.weights().restore(SafetensorsFile.read(directory.resolve(WEIGHTS)));
            }
            var conversations = new Conversations(corpus, format, cycle.seed());
            new TrainingRun(model, conversations, cycle.schedule())
                    .run(
                            plan,
                            step -> {
                                log.add(step);
                                if ((step.number() + 1) % CHECKPOINT == 0) {
                                    say("step %d, loss %.3f", step.number() + 1, step.loss());
                                    checkpoint(directory, model);
                                }
                            });
            checkpoint(directory, model);
        }
    }

    /// One rise and fall of the learning rate, with its own order of batches.
    private record Cycle(long seed, int firstStep, Schedule schedule) {}

    /// What the tokenizer learns from: every question once, every answer ten times, since answers
    /// are fewer and are met more often.
    private static List<String> texts(TrainingCorpus corpus) {
        var texts = new ArrayList<String>();
        for (var fact : corpus.training()) {
            fact.forEach(example -> texts.add(example.question()));
            for (int i = 0; i < 10; i++) {
                texts.add(fact.getFirst().answer());
            }
        }
        return texts;
    }

    /// A run that is cut off leaves its latest checkpoint, which can be evaluated like a model.
    private static void checkpoint(Path directory, GuideModel model) {
        try {
            ModelDirectory.write(directory, model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void evaluate(Path directory, TrainingCorpus corpus) throws IOException {
        LossChart.draw(directory.resolve(LOG), directory.resolve("loss.svg"));
        var shape = GuideShape.guide(VOCABULARY);
        try (var format = new ChatFormat(directory.resolve(TOKENIZER));
                var model = new GuideModel(shape, SEED)) {
            // The file holds bfloat16: what is asked is what is served, not what was in memory.
            model.weights().restore(SafetensorsFile.read(directory.resolve(WEIGHTS)));
            var evaluation = new Evaluation(model, format);
            var answers = new LinkedHashMap<String, List<Evaluation.Answered>>();
            answers.put("fresh", evaluation.ask(corpus.fresh(TrainingCorpus.bundledFacts())));
            answers.put("sentences", evaluation.ask(corpus.sentences()));
            answers.put("combinations", evaluation.ask(corpus.combinations()));
            answers.forEach((set, part) -> say("%s: %s", set, Evaluation.Score.of(part)));
            new Report(answers).write(directory, corpus, values(directory, shape));
        }
    }

    private static Map<String, String> values(Path directory, GuideShape shape) throws IOException {
        var last = Files.readAllLines(directory.resolve(LOG)).getLast().split(",");
        int steps = Integer.parseInt(last[0]);
        double minutes = Double.parseDouble(last[4]) / 60;
        return Map.of(
                "seed",
                "" + SEED,
                "parameters",
                String.format(Locale.ROOT, "%,d", shape.parameters()),
                "parameters.plain",
                "" + shape.parameters(),
                "steps",
                "" + steps,
                "tokens",
                String.format(Locale.ROOT, "%.1f million", steps * (TOKENS_PER_STEP / 1e6)),
                "minutes",
                String.format(Locale.ROOT, "%.0f", minutes),
                "loss",
                last[1]);
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
