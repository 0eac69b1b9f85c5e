package org.allodium.it.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.json.JsonMapper;

/// The bills of materials name what ships, whatever they name besides. A quick build writes none.
@EnabledIfSystemProperty(named = "allodium.checks", matches = "true")
class SbomIT {
    @Test
    void theWarsBillNamesEveryLibraryInIt() throws IOException {
        try (var war = new ZipFile(path("portal-ui/target/allodium.war").toFile())) {
            var libraries =
                    war.stream()
                            .map(entry -> entry.getName())
                            .filter(name -> name.matches("WEB-INF/lib/.+\\.jar"))
                            .map(name -> name.substring("WEB-INF/lib/".length()))
                            .collect(Collectors.toCollection(TreeSet::new));
            assertThat(libraries).hasSizeGreaterThan(50);
            assertThat(missing(libraries, "portal-ui/target/sbom.json")).isEmpty();
        }
    }

    @Test
    void theLaunchersBillNamesItsLibrariesAndTheServersShared() throws IOException {
        var libraries = new TreeSet<String>();
        for (var folder : Set.of("lib", "djl")) {
            try (var files = Files.list(path("deploy/launcher/target/dist").resolve(folder))) {
                files.map(file -> file.getFileName().toString()).forEach(libraries::add);
            }
        }
        assertThat(libraries).anyMatch(name -> name.startsWith("pytorch-native-cpu"));
        assertThat(missing(libraries, "deploy/launcher/target/sbom.json")).isEmpty();
    }

    private static Set<String> missing(Collection<String> libraries, String bill)
            throws IOException {
        var named = new TreeSet<String>();
        var components =
                JsonMapper.shared().readTree(Files.readString(path(bill))).path("components");
        for (var component : components) {
            named.add(
                    component.path("name").asString("")
                            + "-"
                            + component.path("version").asString(""));
        }
        return libraries.stream()
                .filter(library -> named.stream().noneMatch(name -> isOf(library, name)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Whether the file's name is that of the artifact, with or without a classifier.
    private static boolean isOf(String library, String artifact) {
        return library.equals(artifact + ".jar") || library.startsWith(artifact + "-");
    }

    private static Path path(String relative) {
        return Product.root().resolve(relative);
    }
}
