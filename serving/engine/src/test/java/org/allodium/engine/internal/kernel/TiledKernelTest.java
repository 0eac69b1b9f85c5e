package org.allodium.engine.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.internal.cpu.CpuLibrary;
import org.allodium.engine.internal.cpu.EmulatedTiles;
import org.allodium.engine.internal.kernel.StepKernel.Segment;
import org.allodium.engine.internal.kernel.StepKernel.Wanted;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.reference.Family;
import org.allodium.engine.reference.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The own machine code as a processor with matrix tiles runs it: what holds without them must hold
/// with them, and whole numbers come out the same to the last bit.
class TiledKernelTest extends CpuKernelTest {
    // Some steps have too few rows for tiles, some a rest behind a tile or a pair of them.
    private static final int[] CHUNKS = {61, 1, 12, 11, 16, 33, 200, 2};

    @Override
    Optional<CpuLibrary> library() {
        return EmulatedTiles.find();
    }

    @Test
    void tilesAreAtWork() {
        try (var compute = Compute.share()) {
            assertThat(compute.call(this::library).orElseThrow().usesTiles()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void wholeNumbersAreThoseOfVectors(Precision precision) {
        TinyModel.of(Family.QWEN2).writeTo(dir);
        var tiled = logits(this::library, precision);
        var usual = logits(CpuLibrary::find, precision);
        assertThat(tiled).hasSameSizeAs(usual);
        for (int i = 0; i < tiled.size(); i++) {
            assertThat(tiled.get(i)).containsExactly(usual.get(i));
        }
    }

    private List<float[]> logits(Supplier<Optional<CpuLibrary>> libraries, Precision precision) {
        var ids = new Random(8).longs(IntStream.of(CHUNKS).sum(), 3, 700).toArray();
        var pages = IntStream.range(0, Math.ceilDiv(ids.length, 16)).toArray();
        var rows = new ArrayList<float[]>();
        with(
                libraries,
                precision,
                kernel -> {
                    int from = 0;
                    for (int chunk : CHUNKS) {
                        var part = Arrays.copyOfRange(ids, from, from + chunk);
                        var segment = new Segment(pages, from, part, Wanted.ALL_LOGITS);
                        var results = kernel.step(List.of(segment)).getFirst().logits();
                        rows.addAll(Arrays.asList(results));
                        from += chunk;
                    }
                });
        return rows;
    }
}
