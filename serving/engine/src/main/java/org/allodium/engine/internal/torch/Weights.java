package org.allodium.engine.internal.torch;

import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.model.TensorEntry;

/// Puts the weights of a directory into a module by its method `add(list, tensors, bf16)`, each
/// call as a compute task of its own, so that models at work do not stand still meanwhile.
public final class Weights {
    private final Compute compute;
    private final TorchModule module;
    private final ModelFolder folder;
    private final LongConsumer loaded;

    public Weights(Compute compute, TorchModule module, ModelFolder folder) {
        this(compute, module, folder, bytes -> {});
    }

    /// @param loaded hears the bytes of what has been added
    public Weights(Compute compute, TorchModule module, ModelFolder folder, LongConsumer loaded) {
        this.compute = compute;
        this.module = module;
        this.folder = folder;
        this.loaded = loaded;
    }

    /// Linear layers that read the same input become one, so that the input is read once.
    public void linear(boolean bias, String... names) {
        add("linear", Stream.of(names).map(n -> n + ".weight").toArray(String[]::new));
        if (bias) {
            add("bias", Stream.of(names).map(n -> n + ".bias").toArray(String[]::new));
        }
    }

    /// Appends tensors, joined along their first dimension, to a list of the module.
    public void add(String list, String... tensors) {
        var entries = entries(tensors);
        compute.run(
                () -> {
                    try (var call = module.call("add")) {
                        call.text(list).weights(entries).run();
                    }
                });
        report(entries);
    }

    /// Appends tensors, joined and then cut into equal parts along their first dimension. The
    /// module's `add` takes the number of parts after the list's name.
    public void addParts(String list, int parts, String... tensors) {
        var entries = entries(tensors);
        compute.run(
                () -> {
                    try (var call = module.call("add")) {
                        call.text(list).number(parts).weights(entries).run();
                    }
                });
        report(entries);
    }

    private void report(List<TensorEntry> entries) {
        loaded.accept(entries.stream().mapToLong(TensorEntry::length).sum());
    }

    private List<TensorEntry> entries(String... tensors) {
        var entries = Stream.of(tensors).map(folder::tensor).toList();
        for (var entry : entries) {
            if (entry.type() != entries.getFirst().type()) {
                throw new ModelRefused(
                        "The tensor %s in %s has another element type than %s, which it works with."
                                .formatted(
                                        entry.name(),
                                        entry.file().getFileName(),
                                        entries.getFirst().name()));
            }
        }
        return entries;
    }
}
