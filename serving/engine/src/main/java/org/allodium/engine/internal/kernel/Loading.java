package org.allodium.engine.internal.kernel;

import org.allodium.engine.DecoderOptions.LoadListener;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.ModelFolder;

/// How far loading a model's weights is.
final class Loading {
    private final LoadListener listener;
    private final long all;
    private long done;

    Loading(ModelFolder folder, DecoderSpec spec, LoadListener listener) {
        this.listener = listener;
        this.all = spec.tensors().keySet().stream().mapToLong(t -> folder.tensor(t).length()).sum();
        listener.onProgress(0, all);
    }

    void add(long bytes) {
        done = Math.min(all, done + bytes);
        listener.onProgress(done, all);
    }
}
