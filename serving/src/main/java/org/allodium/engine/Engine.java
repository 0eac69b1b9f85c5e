package org.allodium.engine;

import java.nio.file.Path;
import org.allodium.engine.internal.decoder.TorchDecoder;
import org.allodium.engine.internal.encoder.TorchEncoder;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.ModelFolder;

/// Loads models. All loaded copies share one compute thread, which lives as long as any of them.
public final class Engine {
    private Engine() {}

    /// @throws ModelRefused if the directory is no decoder that the engine can run
    public static Decoder loadDecoder(Path dir) {
        return loadDecoder(dir, DecoderOptions.STANDARD);
    }

    /// @throws ModelRefused if the directory is no decoder that the engine can run as wanted
    public static Decoder loadDecoder(Path dir, DecoderOptions options) {
        var folder = ModelFolder.read(dir);
        return switch (folder.spec()) {
            case DecoderSpec spec -> TorchDecoder.load(folder, spec, options);
            case EncoderSpec spec ->
                    throw new ModelRefused(
                            "The architecture %s in config.json embeds text, it does not generate any."
                                    .formatted(spec.architecture()));
        };
    }

    /// @throws ModelRefused if the directory is no encoder that the engine can run
    public static Encoder loadEncoder(Path dir) {
        var folder = ModelFolder.read(dir);
        return switch (folder.spec()) {
            case EncoderSpec spec -> TorchEncoder.load(folder, spec);
            case DecoderSpec spec ->
                    throw new ModelRefused(
                            "The architecture %s in config.json generates text, it does not embed any."
                                    .formatted(spec.architecture()));
        };
    }
}
