package org.allodium.engine.internal.kernel;

import java.util.Locale;
import java.util.stream.IntStream;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.model.TensorEntry.ElementType;
import org.allodium.engine.internal.torch.ComputeDevice;

/// Which precision a model copy gets. See decision 0061.
final class PrecisionChoice {
    private PrecisionChoice() {}

    /// What was asked for. `auto` keeps what the files hold: nothing is lost that the model's maker
    /// kept, and quantising stays a decision of who deploys.
    /// @throws ModelRefused if the device or the model's shape does not allow what was asked for
    static Precision of(ModelFolder folder, DecoderSpec spec, DecoderOptions options) {
        boolean cpu = ComputeDevice.of(options.device()).cpu();
        var chosen = options.precision();
        if (chosen == Precision.AUTO) {
            boolean full = folder.tensor(DecoderSpec.EMBEDDING).type() == ElementType.F32;
            chosen = full ? Precision.FP32 : Precision.BF16;
        }
        if (!cpu && (chosen == Precision.INT8 || chosen == Precision.INT4)) {
            throw new ModelRefused(
                    "The precision %s is made for the device cpu only, not for %s."
                            .formatted(name(chosen), options.device()));
        }
        if (chosen == Precision.INT4) {
            checkGroups(spec);
        }
        return chosen;
    }

    private static void checkGroups(DecoderSpec spec) {
        int group = LinearScript.INT4_GROUP;
        var inputs = IntStream.of(spec.hidden(), spec.queryWidth(), spec.intermediate());
        if (inputs.anyMatch(n -> n % group != 0)) {
            throw new ModelRefused(
                    "The precision int4 needs layers of a multiple of %d inputs, which hidden_size or intermediate_size in config.json is not."
                            .formatted(group));
        }
    }

    static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
