package org.allodium.engine.internal.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.Random;
import org.allodium.engine.internal.torch.Compute;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Linear layers by matrix tiles against those by vectors.
class TilesTest {
    private static final int SHAPES = 60;
    private static final int MOST_OUTPUTS = 200;
    private static final int MOST_INPUTS = 1500;
    private static final int MOST_ROWS = 192;

    private final Compute compute = Compute.share();

    @BeforeEach
    void needsTheLibrary() {
        assumeThat(compute.call(EmulatedTiles::find)).isPresent();
    }

    @AfterEach
    void close() {
        compute.close();
    }

    @Test
    void areUsedWhereTheirCheckPasses() {
        assertThat(compute.call(EmulatedTiles::find).orElseThrow().tiles()).isEqualTo(Tiles.USED);
    }

    // In a library of their own: others use theirs meanwhile.
    @SuppressWarnings("restricted") // It is one number.
    @ParameterizedTest
    @EnumSource
    void areNotUsedWhereTheyAreWrong(Mistake mistake) throws Throwable {
        var library = compute.call(() -> EmulatedTiles.variant(true, "-O1")).orElseThrow();
        var made = library.symbols().findOrThrow("allodium_mistake").reinterpret(Integer.BYTES);
        made.set(JAVA_INT, 0, mistake.ordinal());
        assertThat(decide(library, true))
                .isEqualTo(mistake == Mistake.NONE ? Tiles.USED : Tiles.WRONG);
    }

    @Test
    void areNotUsedWhereForbidden() throws Throwable {
        var library = compute.call(() -> EmulatedTiles.variant(true, "-O1")).orElseThrow();
        assertThat(decide(library, false)).isEqualTo(Tiles.FORBIDDEN);
    }

    /// What the emulation can do wrong, in its numbering.
    enum Mistake {
        NONE,
        FORGETS_A_ROW,
        TAKES_WEIGHTS_FOR_SIGNED,
        SWAPS_HALVES,
        FORGETS_A_COLUMN
    }

    private static Tiles decide(CpuLibrary library, boolean allowed) throws Throwable {
        var function =
                CpuFunctions.handle(
                        library.symbols(), "tiles", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        return Tiles.values()[(int) function.invokeExact(allowed ? 1 : 0)];
    }

    // Whole numbers to the last bit; bf16 but for the order of sums, and each row as if alone.
    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    void computeWhatVectorsCompute(int bits) throws Throwable {
        var library = compute.call(EmulatedTiles::find).orElseThrow();
        var errors = errors(library);
        var random = new Random(bits);
        for (int i = 0; i < SHAPES; i++) {
            long outputs = 1 + random.nextInt(MOST_OUTPUTS);
            long inputs = 1 + random.nextInt(MOST_INPUTS);
            // Few rows go another way than many.
            long rows = 1 + random.nextInt(i % 3 == 0 ? MOST_ROWS : 40);
            long wrong = (long) errors.invokeExact(bits, outputs, inputs, rows, (long) i);
            assertThat(wrong)
                    .describedAs("%d bits: %d x %d, %d rows", bits, outputs, inputs, rows)
                    .isZero();
        }
    }

    private static MethodHandle errors(CpuLibrary library) {
        return CpuFunctions.handle(
                library.symbols(),
                "tiles_errors",
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    }
}
