package org.allodium.engine.internal.encoder;

import java.util.function.LongConsumer;
import org.allodium.engine.DecoderOptions.LoadListener;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.ModelFolder;

/// How far loading a model's weights is. Takes the bytes of each weight that is ready.
final class Loading implements LongConsumer {
    private final LoadListener listener;
    private final long all;
    private long done;

    Loading(ModelFolder folder, EncoderSpec spec, LoadListener listener) {
        this.listener = listener;
        this.all = spec.tensors().keySet().stream().mapToLong(t -> folder.tensor(t).length()).sum();
        listener.onProgress(0, all);
    }

    @Override
    public void accept(long bytes) {
        done = Math.min(all, done + bytes);
        listener.onProgress(done, all);
    }
}
