package org.allodium.engine.internal.encoder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Adds the files of the sentence-transformers library to a model directory.
final class SentenceModel {
    private static final String TYPE = "sentence_transformers.models.";

    private final Path dir;

    private SentenceModel(Path dir) {
        this.dir = dir;
    }

    static SentenceModel in(Path dir) {
        return new SentenceModel(dir);
    }

    SentenceModel pooling(String... modes) {
        var lines = new ArrayList<String>(List.of("\"word_embedding_dimension\": 64"));
        for (var mode : modes) {
            lines.add("\"" + mode + "\": true");
        }
        return file("1_Pooling/config.json", "{" + String.join(", ", lines) + "}");
    }

    SentenceModel modules(boolean normalised) {
        return normalised
                ? modules("Transformer", "Pooling", "Normalize")
                : modules("Transformer", "Pooling");
    }

    SentenceModel modules(String... types) {
        var entries = new ArrayList<String>();
        for (int i = 0; i < types.length; i++) {
            entries.add(
                    "{\"idx\": %d, \"name\": \"%d\", \"path\": \"%s\", \"type\": \"%s\"}"
                            .formatted(i, i, i == 0 ? "" : i + "_" + types[i], TYPE + types[i]));
        }
        return file("modules.json", "[" + String.join(", ", entries) + "]");
    }

    SentenceModel file(String name, String json) {
        try {
            var file = dir.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, json);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
