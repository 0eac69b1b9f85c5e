package org.allodium.it.arch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The files of all modules, also of those that are on no class path.
final class Modules {
    static final Path ROOT = Path.of(System.getProperty("allodium.root", ".."));

    /// `serving/engine/pom.xml` lies three below the root.
    private static final int DEPTH = 3;

    private Modules() {}

    /// @param folder such as `src/main/java`
    /// @param name of a file, as a regular expression
    static List<Path> files(String folder, String name) throws IOException {
        var found = new ArrayList<Path>();
        try (var modules = Files.find(ROOT, DEPTH, (path, _) -> path.endsWith("pom.xml"))) {
            for (var module : modules.map(pom -> pom.resolveSibling(folder)).toList()) {
                if (Files.isDirectory(module)) {
                    try (var files = Files.walk(module)) {
                        files.filter(file -> file.getFileName().toString().matches(name))
                                .forEach(found::add);
                    }
                }
            }
        }
        return found;
    }
}
