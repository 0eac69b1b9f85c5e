package org.allodium.launcher;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/// Compiles saved sources, and those that name what they declare, into their modules' classes.
/// Nothing is written when a source has an error. Annotation processors do not run: what they made
/// stays as the build left it.
final class Recompiler {
    /// What a compilation came to.
    sealed interface Outcome {
        /// @param changed bytes of the classes that differ from before, by their names
        /// @param shape whether classes came or went, which no server takes in place
        record Compiled(Map<String, byte[]> changed, boolean shape) implements Outcome {}

        record Failed(String words) implements Outcome {}
    }

    private static final Pattern DECLARED =
            Pattern.compile("\\b(?:class|interface|record|enum)\\s+(\\w+)");

    private final SourceModules checkout;
    private final String classPath;
    private final JavaCompiler compiler;

    /// @param apis folders of archives that the server, not the WAR, brings
    Recompiler(SourceModules checkout, List<Path> apis) {
        this.checkout = checkout;
        this.compiler = ToolProvider.getSystemJavaCompiler();
        this.classPath =
                Stream.of(
                                checkout.modules().stream().map(SourceModules.Module::classes),
                                checkout.libraries().values().stream(),
                                apis.stream().flatMap(folder -> archives(folder).stream()))
                        .flatMap(paths -> paths)
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator));
    }

    /// @param saved Java sources of the modules; one that is gone takes its classes along
    Outcome compile(Collection<Path> saved) {
        var sources = new TreeSet<>(saved.stream().filter(Files::exists).toList());
        sources.addAll(naming(saved));
        Path out = null;
        try {
            out = Files.createTempDirectory("allodium-dev");
            var words = sources.isEmpty() ? "" : javac(sources, out);
            if (!words.isEmpty()) {
                return new Outcome.Failed(words);
            }
            return place(saved, sources, out);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            if (out != null) {
                DataFolder.delete(out);
            }
        }
    }

    /// A compiler's first run takes seconds; this one takes them while the server starts.
    void warmUp() {
        var war = checkout.modules().getFirst();
        var sources = java(war).limit(20).toList();
        try {
            var out = Files.createTempDirectory("allodium-dev");
            javac(sources, out);
            DataFolder.delete(out);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// The compiler's words, or none when it had nothing to object to.
    private String javac(Collection<Path> sources, Path out) throws IOException {
        var problems = new DiagnosticCollector<JavaFileObject>();
        var further = new StringWriter();
        try (var files = compiler.getStandardFileManager(problems, null, StandardCharsets.UTF_8)) {
            var options =
                    List.of(
                            "-d",
                            out.toString(),
                            "-cp",
                            classPath,
                            "--release",
                            Integer.toString(Runtime.version().feature()),
                            "-g",
                            "-parameters",
                            "-proc:none",
                            "-implicit:none",
                            "-nowarn");
            boolean done =
                    compiler.getTask(
                                    further,
                                    files,
                                    problems,
                                    options,
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources))
                            .call();
            if (done) {
                return "";
            }
        }
        return problems.getDiagnostics().stream()
                        .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                        .map(Recompiler::line)
                        .collect(Collectors.joining("\n"))
                + further;
    }

    private static String line(Diagnostic<? extends JavaFileObject> problem) {
        var source = problem.getSource();
        var place =
                source == null
                        ? ""
                        : Path.of(source.toUri()).getFileName()
                                + ":"
                                + problem.getLineNumber()
                                + ": ";
        return place + problem.getMessage(null);
    }

    private Outcome place(Collection<Path> saved, Collection<Path> sources, Path out)
            throws IOException {
        var changed = new HashMap<String, byte[]>();
        boolean shape = false;
        for (var source : saved) {
            if (!Files.exists(source)) {
                shape |= !forget(source).isEmpty();
            }
        }
        for (var source : sources) {
            var classes = module(source).classes();
            var made = classesOf(source, out);
            var stale = new ArrayList<>(classesOf(source, classes));
            for (var file : made) {
                var relative = out.relativize(file);
                var target = classes.resolve(relative.toString());
                var bytes = Files.readAllBytes(file);
                if (!stale.remove(target)) {
                    shape = true;
                } else if (Arrays.equals(bytes, Files.readAllBytes(target))) {
                    continue;
                }
                DataFolder.copyIfChanged(file, target);
                changed.put(
                        relative.toString()
                                .replace(File.separatorChar, '.')
                                .replaceAll("\\.class$", ""),
                        bytes);
            }
            shape |= !stale.isEmpty();
            for (var file : stale) {
                Files.delete(file);
            }
        }
        return new Outcome.Compiled(changed, shape);
    }

    private List<Path> forget(Path source) throws IOException {
        var gone = classesOf(source, module(source).classes());
        for (var file : gone) {
            Files.delete(file);
        }
        return gone;
    }

    /// The class that a source is named after, and those within it.
    private List<Path> classesOf(Path source, Path classes) throws IOException {
        var java = module(source).sources().resolve("java");
        var folder = classes.resolve(java.relativize(source).toString()).getParent();
        var name = source.getFileName().toString().replaceAll("\\.java$", "");
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(
                            file -> {
                                var each = file.getFileName().toString();
                                return each.equals(name + ".class")
                                        || (each.startsWith(name + "$") && each.endsWith(".class"));
                            })
                    .toList();
        }
    }

    /// The sources that name what the saved ones declare: they may hold a copy of a constant, or
    /// call what has another shape now.
    private List<Path> naming(Collection<Path> saved) {
        var names =
                saved.stream()
                        .map(source -> source.getFileName().toString().replaceAll("\\.java$", ""))
                        .collect(Collectors.toCollection(TreeSet::new));
        for (var source : saved) {
            DECLARED.matcher(text(source)).results().forEach(found -> names.add(found.group(1)));
        }
        var named = Pattern.compile("\\b(?:" + String.join("|", names) + ")\\b");
        var naming = new ArrayList<Path>();
        for (var module : checkout.modules()) {
            java(module).filter(file -> named.matcher(text(file)).find()).forEach(naming::add);
        }
        return naming;
    }

    private static Stream<Path> java(SourceModules.Module module) {
        var folder = module.sources().resolve("java");
        try (var files = Files.find(folder, 99, (path, _) -> path.toString().endsWith(".java"))) {
            return files.sorted().toList().stream();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private SourceModules.Module module(Path source) {
        return checkout.modules().stream()
                .filter(module -> source.startsWith(module.sources()))
                .findFirst()
                .orElseThrow(() -> new Trouble(source + " belongs to no module."));
    }

    private static String text(Path source) {
        try {
            return Files.exists(source) ? Files.readString(source) : "";
        } catch (IOException beingWritten) {
            return "";
        }
    }

    private static List<Path> archives(Path folder) {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
