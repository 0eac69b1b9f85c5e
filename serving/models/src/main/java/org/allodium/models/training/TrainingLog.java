package org.allodium.models.training;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/// A line per ten steps: step, mean loss since the last line, learning rate, speed, seconds so far.
final class TrainingLog implements AutoCloseable {

    private static final int EVERY = 10;

    private final BufferedWriter out;
    private final int firstStep;
    private double secondsBefore;
    private double loss;
    private double speed;
    private int count;

    /// Goes on with a log that lies there, where a run begins after its first steps.
    TrainingLog(Path file, int firstStep) throws IOException {
        this.firstStep = firstStep;
        if (Files.exists(file)) {
            var last = Files.readAllLines(file).getLast();
            secondsBefore = Double.parseDouble(last.substring(last.lastIndexOf(',') + 1));
            out = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
        } else {
            out = Files.newBufferedWriter(file);
            out.write("step,loss,learning_rate,tokens_per_second,seconds\n");
        }
    }

    void add(TrainingRun.Step step) {
        loss += step.loss();
        speed += step.tokensPerSecond();
        count++;
        if ((step.number() + 1) % EVERY != 0) {
            return;
        }
        try {
            out.write(
                    String.format(
                            Locale.ROOT,
                            "%d,%.4f,%.6f,%.0f,%.0f%n",
                            firstStep + step.number() + 1,
                            loss / count,
                            step.rate(),
                            speed / count,
                            secondsBefore + step.seconds()));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        loss = 0;
        speed = 0;
        count = 0;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
