package org.allodium.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A model that comes with the product.
public enum BundledModel {
    /// The small decoder that is trained here.
    ALLODIUM_GUIDE(
            "allodium-guide",
            List.of(
                    "config.json",
                    "generation_config.json",
                    "model.safetensors",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "passport.yaml",
                    "README.md",
                    "evaluation.json",
                    "training-log.csv",
                    "loss.svg")),
    /// The sentence encoder that its makers published as ONNX; converted when this is built.
    ALL_MINILM_L6_V2(
            "all-minilm-l6-v2",
            List.of(
                    "config.json",
                    "model.safetensors",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "sentence_bert_config.json",
                    "1_Pooling/config.json"));

    private final String publicName;
    // A class path cannot be listed, so its files are named.
    private final List<String> files;

    BundledModel(String publicName, List<String> files) {
        this.publicName = publicName;
        this.files = files;
    }

    /// The name under which callers ask for it.
    public String publicName() {
        return publicName;
    }

    /// Writes its files below a folder that exists; the same bytes every time.
    /// @throws UncheckedIOException if the folder cannot be written, or this build lacks a file
    public void writeTo(Path directory) {
        try {
            for (String file : files) {
                var target = directory.resolve(file);
                Files.createDirectories(target.getParent());
                try (var in = open(file)) {
                    Files.copy(in, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InputStream open(String file) throws IOException {
        var resource = "/models/" + publicName + "/" + file;
        var in = BundledModel.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IOException("This build lacks " + resource);
        }
        return in;
    }
}
