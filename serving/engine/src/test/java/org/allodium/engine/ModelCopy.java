package org.allodium.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A copy of a reference model that a test may spoil.
final class ModelCopy {
    private ModelCopy() {}

    static Path of(String model, Path to) throws IOException {
        try (var files = Files.list(Golden.dir(model))) {
            for (var file : files.toList()) {
                if (!file.getFileName().toString().startsWith("golden")) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
        return to;
    }
}
