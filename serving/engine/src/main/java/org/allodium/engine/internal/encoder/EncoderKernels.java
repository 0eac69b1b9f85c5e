package org.allodium.engine.internal.encoder;

import java.util.Optional;
import org.allodium.engine.Computing;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.EncoderOptions;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.cpu.CpuEncoder;
import org.allodium.engine.internal.cpu.CpuLibrary;
import org.allodium.engine.internal.cpu.Processor;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.LoadProgress;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.ComputeDevice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads an encoder with the kernel that suits it. On a CPU whose matrix units make bf16 fast,
/// PyTorch computes bf16. On others own machine code, where the machine can have it, keeps weights
/// in bf16 and computes in fp32, which rounds less and reads half; without it fp32 is best, and
/// where PyTorch has no bf16 the only way. Int8 is own machine code's, too, or else PyTorch's. fp32
/// is always PyTorch's.
final class EncoderKernels {
    private static final Logger LOG = LoggerFactory.getLogger(EncoderKernels.class);
    private static final int WHOLE_BITS = 16;

    private EncoderKernels() {}

    /// A kernel and what it computes in.
    record Loaded(EncoderKernel kernel, Computing computing) {}

    /// To be called outside of the compute thread.
    static Loaded load(
            ModelFolder folder, EncoderSpec spec, Compute compute, EncoderOptions options) {
        boolean cpu = ComputeDevice.of(options.device()).cpu();
        var instructions = Processor.instructions();
        boolean wins =
                cpu && instructions.multipliesBfloat16() && compute.call(MatrixRace::bfloat16Wins);
        var library =
                cpu && CpuEncoder.suits(spec)
                        ? compute.call(CpuLibrary::find)
                        : Optional.<CpuLibrary>empty();
        var precision = precision(options, wins, library.isPresent());
        boolean own =
                library.isPresent()
                        && (precision == Precision.INT8 || precision == Precision.BF16 && !wins);
        var computing =
                Computing.of(
                        precision,
                        options.precision(),
                        library.filter(l -> own).map(CpuLibrary::name),
                        instructions);
        LOG.info(
                "{} runs on {} as {}",
                folder.dir().getFileName(),
                options.device(),
                computing.words());
        var loading = new LoadProgress(folder, spec, options.loading());
        if (own) {
            int bits = precision == Precision.INT8 ? Byte.SIZE : WHOLE_BITS;
            return new Loaded(
                    CpuEncoderKernel.load(library.get(), folder, spec, compute, bits, loading),
                    computing);
        }
        var linear = new LinearLayers(precision, options.device(), instructions);
        return new Loaded(
                TorchEncoderKernel.load(folder, spec, compute, linear, loading), computing);
    }

    private static Precision precision(EncoderOptions options, boolean wins, boolean own) {
        boolean cpu = ComputeDevice.of(options.device()).cpu();
        boolean able = !cpu || own || Processor.instructions().multipliesBfloat16();
        return switch (options.precision()) {
            case AUTO -> !cpu || wins || own ? Precision.BF16 : Precision.FP32;
            case FP32 -> Precision.FP32;
            case BF16 -> able ? Precision.BF16 : Precision.FP32;
            case INT8 -> {
                if (!cpu) {
                    throw new ModelRefused(
                            "The precision int8 is made for the device cpu only, not for %s."
                                    .formatted(options.device()));
                }
                yield Precision.INT8;
            }
            case INT4 -> throw new ModelRefused("An encoder does not run in int4.");
        };
    }
}
