package org.allodium.engine.internal.encoder;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.allodium.engine.Computing;
import org.allodium.engine.EncoderOptions;
import org.allodium.engine.ModelDescription;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.text.Tokens;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.ComputeDevice;
import org.jspecify.annotations.Nullable;

/// A copy of an encoder in memory, with the tokenizer and the callers who wait for it.
final class EncoderCopy implements AutoCloseable {
    private final ModelDescription description;
    private final EncoderSpec spec;
    private final Computing computing;
    private final Compute compute;
    private final EncoderKernel kernel;
    private final @Nullable Tokens tokens;
    private final Gathering gathering;
    private final AtomicBoolean closing = new AtomicBoolean();

    private EncoderCopy(
            ModelFolder folder,
            EncoderSpec spec,
            Compute compute,
            EncoderKernels.Loaded loaded,
            @Nullable Tokens tokens) {
        this.description = folder.description();
        this.spec = spec;
        this.computing = loaded.computing();
        this.compute = compute;
        this.kernel = loaded.kernel();
        this.tokens = tokens;
        this.gathering = new Gathering(compute, kernel::run);
    }

    static EncoderCopy load(ModelFolder folder, EncoderSpec spec, EncoderOptions options) {
        var compute = Compute.share(ComputeDevice.of(options.device()));
        Tokens tokens = null;
        boolean loaded = false;
        try {
            tokens = folder.tokenizer().map(Tokens::load).orElse(null);
            var kernel = EncoderKernels.load(folder, spec, compute, options);
            loaded = true;
            return new EncoderCopy(folder, spec, compute, kernel, tokens);
        } finally {
            if (!loaded) {
                compute.close();
                if (tokens != null) {
                    tokens.close();
                }
            }
        }
    }

    ModelDescription description() {
        return description;
    }

    EncoderSpec spec() {
        return spec;
    }

    Computing computing() {
        return computing;
    }

    Tokens tokens() {
        if (tokens == null) {
            throw new IllegalStateException("The model came without tokenizer.json");
        }
        return tokens;
    }

    List<float[]> results(List<EncoderInput> inputs) {
        inputs.forEach(input -> input.check(spec));
        return gathering.results(inputs);
    }

    /// Vectors of all tokens, for checks: `[input][token × dimensions]`.
    List<float[]> hidden(List<EncoderInput> inputs) {
        return compute.call(() -> kernel.hidden(inputs));
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            gathering.close();
            compute.run(kernel::close);
            compute.close();
            if (tokens != null) {
                tokens.close();
            }
        }
    }
}
