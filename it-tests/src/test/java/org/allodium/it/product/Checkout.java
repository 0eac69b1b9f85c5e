package org.allodium.it.product;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.Set;

/// A copy of the checkout as the build left it, in which a test may save what it likes. Sources and
/// classes are files of its own; archives, which nothing writes to, are the same files.
public final class Checkout {
    private static final Set<String> LEFT_OUT =
            Set.of(".git", ".allodium", "it-tests", "test-classes", "surefire-reports");

    private final Path root;

    private Checkout(Path root) {
        this.root = root;
    }

    /// @param folder does not exist yet; on the same disk as the checkout
    public static Checkout copiedTo(Path folder) throws IOException {
        var from = Product.root().toAbsolutePath().normalize();
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path path, BasicFileAttributes attributes) throws IOException {
                        if (LEFT_OUT.contains(String.valueOf(path.getFileName()))) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        Files.createDirectories(folder.resolve(from.relativize(path).toString()));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
                            throws IOException {
                        var to = folder.resolve(from.relativize(path).toString());
                        if (path.toString().matches(".*\\.(jar|war|so|pt|safetensors)")) {
                            Files.createLink(to, path);
                        } else {
                            Files.copy(path, to);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return new Checkout(folder);
    }

    /// What an earlier run left, if it did.
    public static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    public Path root() {
        return root;
    }

    /// Saves a file with other words in one place.
    public void change(String file, String before, String after) throws IOException {
        var path = root.resolve(file);
        var text = Files.readString(path);
        if (!text.contains(before)) {
            throw new IllegalArgumentException(file + " has no " + before);
        }
        Files.writeString(path, text.replace(before, after));
    }
}
