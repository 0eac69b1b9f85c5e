package org.allodium.it.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Every key that something of ours reads, with its default, found in the code: nobody has to
/// remember to list a new one.
final class Keys {
    private static final Path ROOT = Path.of(System.getProperty("allodium.root", ".."));

    /// `serving/engine/pom.xml` lies three below the root.
    private static final int MODULES_DEPTH = 3;

    /// Where a reader goes on only when something is said.
    private static final Map<String, String> SAID =
            Map.of(
                    "allodium.installation.facility", "here",
                    "allodium.installation.country", "XX",
                    "allodium.installation.operator", "us");

    private static final Pattern VARIABLE =
            Pattern.compile("<variable name=\"(allodium[^\"]*)\" defaultValue=\"([^\"]*)\"");
    private static final Pattern USED = Pattern.compile("\\$\\{(allodium\\.[a-z.]+)}");
    private static final Pattern ENVIRONMENT = Pattern.compile("ALLODIUM_[A-Z_]*[A-Z](?![A-Z_])");

    private Keys() {}

    /// What the server's rooms read: the classes that read a configuration, each with the keys and
    /// the types that it asks for and with what it makes of a configuration that says nothing.
    static SortedMap<String, String> ofRooms() throws Exception {
        var classes = classes();
        var found = new TreeMap<String, SortedSet<String>>();
        for (var method : readers(classes)) {
            if (method.getRawReturnType().isEquivalentTo(void.class)) {
                continue;
            }
            var recording = new RecordingConfig(SAID);
            var read = reader(method).invoke(null, recording);
            askForOnePool(read);
            var type = method.getOwner().getSimpleName();
            note(found, type, sentence(read));
            recording.asked().forEach((key, of) -> note(found, key, of + ", " + type));
        }
        for (var type : classes) {
            for (var field : type.getFields()) {
                field.tryGetAnnotationOfType(ConfigProperty.class)
                        .ifPresent(
                                property ->
                                        note(
                                                found,
                                                property.name(),
                                                default_(property) + ", " + type.getSimpleName()));
            }
        }
        var lines = new TreeMap<String, String>();
        found.forEach((key, readings) -> lines.put(key, String.join("; ", readings)));
        return lines;
    }

    private static void note(Map<String, SortedSet<String>> found, String key, String reading) {
        found.computeIfAbsent(key, _ -> new TreeSet<>()).add(reading);
    }

    private static String default_(ConfigProperty property) {
        return property.defaultValue().equals(ConfigProperty.UNCONFIGURED_VALUE)
                ? "no default"
                : "\"" + property.defaultValue() + "\"";
    }

    /// Methods that make something of a configuration.
    private static List<JavaMethod> readers(JavaClasses classes) {
        return classes.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.STATIC))
                .filter(method -> !method.getModifiers().contains(JavaModifier.PRIVATE))
                .filter(
                        method ->
                                method.getRawParameterTypes().size() == 1
                                        && method.getRawParameterTypes()
                                                .getFirst()
                                                .isEquivalentTo(Config.class))
                .filter(method -> !method.getOwner().getName().contains("$"))
                .toList();
    }

    private static Method reader(JavaMethod method) throws Exception {
        var reader =
                Class.forName(method.getOwner().getName())
                        .getDeclaredMethod(method.getName(), Config.class);
        reader.setAccessible(true);
        return reader;
    }

    /// Classes that ask a configuration, and are neither a reader nor within one.
    static List<String> askElsewhere() {
        var classes = classes();
        var readers = readers(classes).stream().map(method -> method.getOwner().getName()).toList();
        return classes.stream()
                .filter(
                        type ->
                                type.getMethodCallsFromSelf().stream()
                                        .anyMatch(
                                                call ->
                                                        call.getTargetOwner()
                                                                        .isEquivalentTo(
                                                                                Config.class)
                                                                && call.getName()
                                                                        .startsWith("get")))
                .map(JavaClass::getName)
                .filter(name -> !readers.contains(name.replaceAll("\\$.*", "")))
                .sorted()
                .toList();
    }

    /// A pool may have a device of its own, by a key that holds the pool's name.
    private static void askForOnePool(Object read) throws ReflectiveOperationException {
        if (!read.getClass().getSimpleName().equals("ServingConfig")) {
            return;
        }
        var engine = read.getClass().getMethod("engine").invoke(read);
        var devices = engine.getClass().getMethod("devices");
        devices.setAccessible(true);
        var pool =
                Class.forName("org.allodium.sovereignty.PoolId")
                        .getConstructor(String.class)
                        .newInstance("POOL");
        @SuppressWarnings("unchecked")
        var asked = (Function<Object, Object>) devices.invoke(engine);
        assertThat(asked.apply(pool)).isEqualTo("cpu");
    }

    private static String sentence(Object read) {
        var value = read instanceof Optional<?> maybe ? maybe.orElseThrow() : read;
        return value.toString().replaceAll("[\\w.$]*\\$\\$Lambda[^,\\]]*", "(by pool)");
    }

    /// Of every module as it was compiled last, whether or not it is on this class path.
    private static JavaClasses classes() {
        if (!Files.isDirectory(ROOT.resolve("portal-ui/target/classes/org"))) {
            throw new AssertionError(
                    "portal-ui is not compiled: run the test with ./allodium test");
        }
        try (var folders = Files.find(ROOT, MODULES_DEPTH, (path, _) -> path.endsWith("pom.xml"))) {
            var compiled =
                    folders.map(pom -> pom.resolveSibling("target/classes"))
                            .filter(Files::isDirectory)
                            .toList();
            return new ClassFileImporter().importPaths(compiled);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// What the server's own configuration reads: `${allodium.…}`, with the defaults that it gives.
    static SortedMap<String, String> ofTheServer() throws IOException {
        var keys = new TreeMap<String, String>();
        try (var files = Files.list(ROOT.resolve("src/main/liberty/config"))) {
            for (var file : files.sorted().toList()) {
                var text = Files.readString(file);
                USED.matcher(text)
                        .results()
                        .forEach(use -> keys.putIfAbsent(use.group(1), "no default"));
                VARIABLE.matcher(text)
                        .results()
                        .forEach(set -> keys.put(set.group(1), "\"" + set.group(2) + "\""));
            }
        }
        return keys;
    }

    /// What the launcher reads from its environment or says in the server's, and what the engine
    /// reads there by itself, since it knows no configuration.
    static SortedSet<String> ofTheEnvironment() throws IOException {
        var names = new TreeSet<>(variables(ROOT.resolve("allodium")));
        for (var folder :
                List.of("deploy/launcher/src/main/java", "serving/engine/src/main/java")) {
            try (var sources = Files.walk(ROOT.resolve(folder))) {
                for (var source : sources.filter(Files::isRegularFile).toList()) {
                    names.addAll(variables(source));
                }
            }
        }
        return names;
    }

    private static List<String> variables(Path source) throws IOException {
        return Files.readString(source)
                .lines()
                .filter(line -> !line.strip().startsWith("///"))
                .flatMap(line -> ENVIRONMENT.matcher(line).results().map(MatchResult::group))
                .toList();
    }
}
