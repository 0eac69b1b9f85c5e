package org.allodium.serving.internal.loading;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.allodium.engine.Computing;
import org.allodium.engine.ModelRefused;
import org.allodium.sovereignty.PoolId;

/// How the starts of models ended: what those that run compute with, and in one sentence each why
/// others do not start, for those who wait for them.
final class ModelStarts {
    private static final String UNEXPECTED = "It could not be started; the server's log says why.";

    private final Map<String, String> failed = new ConcurrentHashMap<>();
    private final Map<String, Computing> computing = new ConcurrentHashMap<>();

    void succeeded(String model, PoolId pool, Computing with) {
        failed.remove(place(model, pool));
        computing.put(place(model, pool), with);
    }

    /// What is to be told. An inability that the engine foresees has a sentence of its own; what a
    /// library throws may hold addresses and paths, and stays in the log.
    String failed(String model, PoolId pool, Throwable why) {
        var sentence = why instanceof ModelRefused refused ? refused.getMessage() : UNEXPECTED;
        failed.put(place(model, pool), sentence);
        return sentence;
    }

    static boolean foreseen(Throwable why) {
        return why instanceof ModelRefused;
    }

    /// Sentences by `model@pool`, in the order of their names.
    Map<String, String> failures() {
        return new TreeMap<>(failed);
    }

    /// What runs, by `model@pool` in the order of their names.
    Map<String, Computing> computing() {
        return new TreeMap<>(computing);
    }

    static String place(String model, PoolId pool) {
        return model + "@" + pool.value();
    }
}
