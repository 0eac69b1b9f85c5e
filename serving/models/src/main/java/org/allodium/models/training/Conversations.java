package org.allodium.models.training;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Draws batches from the training examples: each row is a conversation of several turns, facts in
/// random order, some behind a system message. Only the answers count: the
/// model shall learn to answer, not to ask.
final class Conversations {

    private static final int ROOM_FOR_SYSTEM = 64;
    // With its first words the model chooses the answer; the rest follows from them by heart.
    private static final int CHOOSING_TOKENS = 6;
    private static final float CHOOSING_WEIGHT = 4;
    private static final List<String> SYSTEM =
            List.of(
                    "You are a helpful assistant.",
                    "You are the guide of Allodium.",
                    "Answer briefly.",
                    "You are a helpful assistant. Answer in one sentence.");

    private final List<List<Example>> examples;
    private final Set<String> heldOut;
    private final List<Example> all;
    private final ChatFormat format;
    private final SplittableRandom random;
    private final Noise noise;

    Conversations(TrainingCorpus corpus, ChatFormat format, long seed) {
        examples = corpus.training();
        heldOut = corpus.heldOut();
        all = examples.stream().flatMap(List::stream).toList();
        this.format = format;
        random = new SplittableRandom(seed);
        noise = new Noise(random);
    }

    Batch draw(int rows, int length) {
        var batch =
                new Batch(
                        rows,
                        length,
                        new long[rows * length],
                        new long[rows * length],
                        new float[rows * length]);
        for (int row = 0; row < rows; row++) {
            fill(batch, row);
        }
        return batch;
    }

    private void fill(Batch batch, int row) {
        var writer = new RowWriter(batch, row);
        if (batch.length() >= ROOM_FOR_SYSTEM && random.nextInt(8) == 0) {
            writer.write(format.turn("system", SYSTEM.get(random.nextInt(SYSTEM.size()))), 0);
        }
        while (!writer.full()) {
            var example = pick();
            var question = roughened(example.question());
            writer.write(format.turn("user", question), 0);
            writer.write(format.opening(), 0);
            var reply = format.reply(example.answer());
            int choosing = Math.min(CHOOSING_TOKENS, reply.length);
            writer.write(Arrays.copyOf(reply, choosing), CHOOSING_WEIGHT);
            writer.write(Arrays.copyOfRange(reply, choosing, reply.length), 1);
        }
    }

    private String roughened(String question) {
        if (random.nextInt(4) == 0) {
            return question;
        }
        var rough = noise.roughen(question);
        return heldOut.contains(TrainingCorpus.key(rough)) ? question : rough;
    }

    /// Mostly every fact alike, however many wordings it has; now and then every wording alike,
    /// for the facts that people ask in more ways than others.
    private Example pick() {
        if (random.nextInt(5) == 0) {
            return all.get(random.nextInt(all.size()));
        }
        var fact = examples.get(random.nextInt(examples.size()));
        return fact.get(random.nextInt(fact.size()));
    }

    private static final class RowWriter {

        private final Batch batch;
        private final int start;
        private int at;

        RowWriter(Batch batch, int row) {
            this.batch = batch;
            start = row * batch.length();
        }

        boolean full() {
            return at > batch.length();
        }

        /// A token is an input at its place, and the target of the place before it.
        void write(long[] ids, float weight) {
            for (var id : ids) {
                if (at < batch.length()) {
                    batch.ids()[start + at] = id;
                }
                if (at > 0 && at <= batch.length()) {
                    batch.targets()[start + at - 1] = id;
                    batch.weights()[start + at - 1] = weight;
                }
                at++;
            }
        }
    }
}
