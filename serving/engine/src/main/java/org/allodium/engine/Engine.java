package org.allodium.engine;

import java.nio.file.Path;
import org.allodium.engine.internal.cpu.CpuLibrary;
import org.allodium.engine.internal.cpu.Processor;
import org.allodium.engine.internal.decoder.PagedDecoder;
import org.allodium.engine.internal.encoder.TorchEncoder;
import org.allodium.engine.internal.encoder.TorchRanker;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.model.ModelSpec;
import org.allodium.engine.internal.torch.Compute;

/// Loads models. All loaded copies share one compute thread, which lives as long as any of them.
public final class Engine {
    private Engine() {}

    /// What models are computed with here. The first call loads PyTorch and may compile: seconds.
    public static Machine machine() {
        try (var compute = Compute.share()) {
            var library = compute.call(CpuLibrary::find);
            return new Machine(
                    Processor.instructions(),
                    library.isPresent(),
                    library.filter(CpuLibrary::usesTiles).isPresent());
        }
    }

    /// @throws ModelRefused if the directory is no decoder that the engine can run
    public static Decoder loadDecoder(Path dir) {
        return loadDecoder(dir, DecoderOptions.STANDARD);
    }

    /// @throws ModelRefused if the directory is no decoder that the engine can run as wanted
    public static Decoder loadDecoder(Path dir, DecoderOptions options) {
        var folder = ModelFolder.read(dir);
        if (folder.spec() instanceof DecoderSpec spec) {
            return PagedDecoder.load(folder, spec, options);
        }
        throw another(folder.spec(), "it does not generate any");
    }

    /// @throws ModelRefused if the directory is no encoder that the engine can run
    public static Encoder loadEncoder(Path dir) {
        return loadEncoder(dir, EncoderOptions.STANDARD);
    }

    /// @throws ModelRefused if the directory is no encoder that the engine can run as wanted
    public static Encoder loadEncoder(Path dir, EncoderOptions options) {
        var folder = ModelFolder.read(dir);
        if (folder.spec() instanceof EncoderSpec spec && !spec.ranks()) {
            return TorchEncoder.load(folder, spec, options);
        }
        throw another(folder.spec(), "it does not embed any");
    }

    /// @throws ModelRefused if the directory is no ranker that the engine can run as wanted
    public static Ranker loadRanker(Path dir, EncoderOptions options) {
        var folder = ModelFolder.read(dir);
        if (folder.spec() instanceof EncoderSpec spec && spec.ranks()) {
            return TorchRanker.load(folder, spec, options);
        }
        throw another(folder.spec(), "it does not rank any");
    }

    private static ModelRefused another(ModelSpec spec, String but) {
        var does =
                switch (spec) {
                    case DecoderSpec decoder -> "generates";
                    case EncoderSpec encoder -> encoder.ranks() ? "ranks" : "embeds";
                };
        return new ModelRefused(
                "The architecture %s in config.json %s text, %s."
                        .formatted(spec.architecture(), does, but));
    }
}
