package org.allodium.engine.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.InstructionSet;
import org.allodium.engine.TorchScriptArchive;
import org.allodium.engine.TorchScriptArchive.Attribute;
import org.allodium.engine.internal.cpu.Processor;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.TorchModule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Layers alone, by the operators that a processor gets.
class LinearScriptTest {
    private static final String LAYER =
            """
              w : List[Tensor]
              s : List[Tensor]
              z : List[Tensor]
            @METHODS@
              def run(self: __torch__.M, x: Tensor, t: Tensor) -> Tensor:
                x = torch.to(x, @T@)
                t = torch.to(t, @T@)
            @PACK@
                return torch.to(@APPLY@, 6)
            """;

    private static List<Arguments> machines() {
        var machines = new ArrayList<Arguments>();
        for (int inputs : new int[] {32, 37, 100, 896}) {
            for (var set : List.of(InstructionSet.AVX2, Processor.instructions())) {
                machines.add(Arguments.of(set, inputs, 1));
                machines.add(Arguments.of(set, inputs, 19));
            }
        }
        return machines;
    }

    // Inputs and weights near their largest, all of one sign: two products of such bytes leave 16
    // bits, and an instruction that cuts their sum off is a third off.
    @ParameterizedTest
    @MethodSource("machines")
    void largeBytesAreNotCutOff(InstructionSet instructions, int inputs, int rows) {
        var random = new Random(inputs);
        int outputs = 48;
        var x = new float[rows * inputs];
        var t = new float[outputs * inputs];
        for (int i = 0; i < x.length; i++) {
            x[i] = 0.9f + 0.1f * random.nextFloat();
        }
        for (int i = 0; i < t.length; i++) {
            t[i] = (i / inputs % 2 == 0 ? 1 : -1) * (0.9f + 0.1f * random.nextFloat());
        }
        var ours = layer(instructions, x, t, inputs);
        for (int row = 0; row < rows; row++) {
            for (int o = 0; o < outputs; o++) {
                double exact = 0;
                for (int i = 0; i < inputs; i++) {
                    exact += x[row * inputs + i] * (double) t[o * inputs + i];
                }
                assertThat(ours[row * outputs + o] / exact)
                        .describedAs("row %d, output %d", row, o)
                        .isBetween(0.99, 1.01);
            }
        }
    }

    private static float[] layer(InstructionSet instructions, float[] x, float[] t, int inputs) {
        var linear = new LinearScript(Precision.INT8, true, instructions);
        var source =
                LAYER.replace("@PACK@", linear.pack())
                        .replace("@METHODS@", linear.methods())
                        .replace("@APPLY@", linear.apply("x", "0", "None"))
                        .replace("@T@", Integer.toString(linear.type()));
        var attributes = new LinkedHashMap<String, Attribute>();
        for (var list : List.of("w", "s", "z")) {
            attributes.put(list, new Attribute.EmptyTensorList());
        }
        try (var compute = Compute.share()) {
            return compute.call(
                    () -> {
                        try (var module =
                                        TorchModule.load(
                                                TorchScriptArchive.CLASS_HEAD + source,
                                                attributes);
                                var call = module.call("run")) {
                            return call.tensor(x, x.length / inputs, inputs)
                                    .tensor(t, t.length / inputs, inputs)
                                    .floats();
                        }
                    });
        }
    }
}
