package org.allodium.engine.internal.model;

import java.util.function.LongConsumer;
import org.allodium.engine.DecoderOptions.LoadListener;

/// How far loading a model's weights is. Takes the bytes of each weight that is ready.
public final class LoadProgress implements LongConsumer {
    private final LoadListener listener;
    private final long all;
    private long done;

    public LoadProgress(ModelFolder folder, ModelSpec spec, LoadListener listener) {
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
