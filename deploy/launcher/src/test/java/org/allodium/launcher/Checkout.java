package org.allodium.launcher;

import java.nio.file.Files;
import java.nio.file.Path;

/// Finds the repository's root from a module's folder.
final class Checkout {
    private Checkout() {}

    static Path root() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("allodium"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
