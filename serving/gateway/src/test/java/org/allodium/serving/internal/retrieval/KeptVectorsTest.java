package org.allodium.serving.internal.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptVectorsTest {
    private static final List<float[]> VECTORS =
            List.of(new float[] {1, -2.5f, 0.125f}, new float[] {0, 3, 4});
    private static final Supplier<List<float[]>> NOBODY =
            () -> {
                throw new AssertionError("The vectors are kept");
            };

    @TempDir Path home;

    @Test
    void theSameEncoderIsAskedOnce() throws IOException {
        assertThat(vectors("first", () -> VECTORS)).isEqualTo(VECTORS);
        var kept = vectors("first", NOBODY);
        assertThat(kept).hasSize(2);
        assertThat(kept.getFirst()).containsExactly(VECTORS.getFirst());
        assertThat(kept.getLast()).containsExactly(VECTORS.getLast());
    }

    @Test
    void anotherEncoderMakesItsOwnAndOnlyTheLatestStay() throws IOException {
        vectors("first", () -> VECTORS);
        // As a server leaves it that is killed while it writes.
        Files.writeString(home.resolve("vectors/handbook-first.vectors.part"), "half");
        var other = List.of(new float[] {7}, new float[] {8});
        assertThat(vectors("second", () -> other)).isEqualTo(other);
        assertThat(vectors("second", NOBODY).getLast()).containsExactly(8);
        try (var files = Files.list(home.resolve("vectors"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void whatIsNotWholeIsMadeAnew() throws IOException {
        vectors("first", () -> VECTORS);
        var file = home.resolve("vectors/handbook-first.vectors");
        var whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 7, 16, whole.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThat(vectors("first", () -> VECTORS)).as("%d bytes", length).isEqualTo(VECTORS);
        }
        var changed = whole.clone();
        changed[11] ^= 1;
        Files.write(file, changed);
        assertThat(vectors("first", () -> VECTORS)).isEqualTo(VECTORS);
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }

    @Test
    void withoutRoomThereIsNothingKept() throws IOException {
        Files.writeString(home.resolve("vectors"), "a file where the folder would be");
        assertThat(vectors("first", () -> VECTORS)).isEqualTo(VECTORS);
    }

    private List<float[]> vectors(String made, Supplier<List<float[]>> encoder) {
        return new KeptVectors(home.resolve("vectors")).of("handbook", made, 2, encoder);
    }
}
