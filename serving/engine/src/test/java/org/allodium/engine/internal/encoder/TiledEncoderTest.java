package org.allodium.engine.internal.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.allodium.engine.internal.cpu.CpuLibrary;
import org.allodium.engine.internal.cpu.EmulatedTiles;
import org.allodium.engine.reference.Family;
import org.allodium.engine.reference.TinyModel;
import org.junit.jupiter.api.Test;

/// The own machine code as a processor with matrix tiles runs it.
class TiledEncoderTest extends CpuEncoderTest {
    @Override
    Optional<CpuLibrary> library() {
        return EmulatedTiles.find();
    }

    @Test
    void int8IsTheSameToTheLastBit() {
        TinyModel.of(Family.BERT).writeTo(dir);
        var inputs = inputs(0);
        var tiled = with(8, kernel -> kernel.run(inputs));
        var usual = with(CpuLibrary::find, 8, kernel -> kernel.run(inputs));
        for (int i = 0; i < tiled.size(); i++) {
            assertThat(tiled.get(i)).containsExactly(usual.get(i));
        }
    }

    @Test
    void aVectorInBf16DoesNotDependOnTheBatch() {
        TinyModel.of(Family.BERT).writeTo(dir);
        var inputs = inputs(0);
        var together = with(16, kernel -> kernel.run(inputs));
        for (int i = 0; i < together.size(); i++) {
            var one = List.of(inputs.get(i));
            assertThat(with(16, kernel -> kernel.run(one)).getFirst())
                    .containsExactly(together.get(i));
        }
    }
}
