package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// What becomes of a saved file while the server runs the checkout's own classes: a text or a style
/// is seen with the next page, a method's new body is put into the running class, and for anything
/// else the application is deployed anew. See decision 0051.
record Development(
        SourceModules checkout, Recompiler recompiler, Server server, Progress progress) {
    /// What takes changes in; the running server, or a fake in tests.
    interface Server {
        /// Whether the running classes are these now.
        boolean swap(Map<String, byte[]> classes);

        /// Returns when the new deployment answers.
        void deployAnew();
    }

    private static final long PAUSE_MILLIS = 200;

    /// Until the server ends.
    void watch(BooleanSupplier runs) {
        var folders = checkout.modules().stream().map(SourceModules.Module::sources).toList();
        var saved = new SavedFiles(folders);
        while (runs.getAsBoolean()) {
            Waiting.pause(PAUSE_MILLIS);
            var changed = saved.changed();
            if (!changed.isEmpty()) {
                take(changed);
            }
        }
    }

    /// One line says what came of it; what cannot be taken in is said and waits for the next save.
    void take(Set<Path> changed) {
        long start = System.nanoTime();
        try {
            var what = taken(changed);
            var time = Duration.ofNanos(System.nanoTime() - start);
            progress.say(
                    "%s: %s (%.1f s)".formatted(names(changed), what, time.toMillis() / 1000.0));
        } catch (Trouble trouble) {
            progress.say(names(changed) + ": " + trouble.getMessage());
        }
    }

    private String taken(Set<Path> changed) {
        var java = new ArrayList<Path>();
        boolean anew = false;
        for (var path : changed) {
            if (path.toString().endsWith(".java")) {
                java.add(path);
            } else {
                anew |= !seenWithTheNextPage(path);
            }
        }
        if (!java.isEmpty()) {
            switch (recompiler.compile(java)) {
                case Recompiler.Outcome.Failed(var words) -> throw new Trouble(words);
                case Recompiler.Outcome.Compiled(var classes, var shape) -> {
                    if (classes.isEmpty() && !shape && !anew) {
                        return "nothing changed";
                    }
                    anew |= shape || !server.swap(classes);
                }
            }
        }
        if (anew) {
            server.deployAnew();
            return "deployed anew";
        }
        return java.isEmpty() ? "seen with the next page" : "swapped in place";
    }

    /// Puts a resource beside the classes. Texts are read anew by the portal in development, and
    /// what stands among the pages is served from its source.
    private boolean seenWithTheNextPage(Path path) {
        for (var module : checkout.modules()) {
            if (path.startsWith(module.pages())) {
                return !path.startsWith(module.pages().resolve("WEB-INF"));
            }
            var resources = module.sources().resolve("resources");
            if (path.startsWith(resources)) {
                copy(path, module.classes().resolve(resources.relativize(path).toString()));
                return path.toString().endsWith(".properties");
            }
        }
        return true;
    }

    private static void copy(Path from, Path to) {
        try {
            if (Files.exists(from)) {
                Files.createDirectories(to.getParent());
                Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.deleteIfExists(to);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String names(Collection<Path> paths) {
        var names = paths.stream().sorted().map(path -> path.getFileName().toString()).toList();
        return names.size() <= 3
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 3)) + " and " + (names.size() - 3) + " more";
    }

    /// The product's own server.
    /// @param deployment returns when the server, started again, answers
    record Running(ClassSwap classes, Runnable deployment) implements Server {
        @Override
        public boolean swap(Map<String, byte[]> changed) {
            return classes.swap(changed);
        }

        @Override
        public void deployAnew() {
            deployment.run();
        }
    }

    /// Folders with what the compiler needs beside the WAR's libraries.
    static List<Path> apis(Path root) {
        var built = PortalServer.downloads(root);
        return List.of(
                root.resolve("portal-ui/target/api"), built.resolve("djl"), built.resolve("pg"));
    }
}
