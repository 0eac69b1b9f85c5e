package org.allodium.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLogTest {

    @TempDir Path directory;

    @Test
    void writesMeansOfTenStepsAndGoesOnWhereItStopped() throws IOException {
        var file = directory.resolve("log.csv");
        write(file, 0);
        write(file, 20);
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "step,loss,learning_rate,tokens_per_second,seconds",
                        "10,4.5000,0.001000,100,9",
                        "20,14.5000,0.001000,100,19",
                        "30,4.5000,0.001000,100,28",
                        "40,14.5000,0.001000,100,38");

        LossChart.draw(file, directory.resolve("loss.svg"));
        assertThat(Files.readString(directory.resolve("loss.svg")))
                .startsWith("<svg")
                .contains("<path d=\"M")
                .endsWith("</svg>\n");
    }

    private static void write(Path file, int firstStep) throws IOException {
        try (var log = new TrainingLog(file, firstStep)) {
            for (int i = 0; i < 20; i++) {
                log.add(new TrainingRun.Step(i, i, 0.001, 100, i));
            }
        }
    }
}
