package org.allodium.it.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// Everything that the product writes down beside its database.
public final class Logs {
    private static final List<String> NOT_WRITINGS = List.of("db", "secrets", "models", "djl");

    private Logs() {}

    /// No file outside the secret folder holds a key, a password, a token or one of these texts,
    /// which stand for prompts.
    public static void assertHoldNone(List<String> texts) throws IOException {
        var forbidden = new ArrayList<>(texts);
        forbidden.addAll(secrets());
        for (var file : writings()) {
            var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            for (var secret : forbidden) {
                assertThat(text.contains(secret))
                        .as("%s holds something secret: %s…", file, secret.substring(0, 6))
                        .isFalse();
            }
        }
    }

    /// Neither the virtual machine nor its native code crashed.
    public static void assertNoCrash() throws IOException {
        try (Stream<Path> files = Files.walk(Product.home())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("hs_err") || name.endsWith(".hprof"));
        }
    }

    private static List<Path> writings() throws IOException {
        var found = new ArrayList<Path>();
        try (Stream<Path> folders = Files.list(Product.home())) {
            for (var folder : folders.toList()) {
                if (!NOT_WRITINGS.contains(folder.getFileName().toString())) {
                    try (Stream<Path> files = Files.walk(folder)) {
                        files.filter(Logs::isWriting).forEach(found::add);
                    }
                }
            }
        }
        return found;
    }

    /// Logs, traces and dumps of every kind, wherever the servers put them.
    private static boolean isWriting(Path file) {
        var path = file.toString();
        return Files.isRegularFile(file)
                && (path.contains("/logs/")
                        || path.contains("ffdc")
                        || path.endsWith(".log")
                        || path.endsWith(".txt"));
    }

    private static List<String> secrets() throws IOException {
        var found = new ArrayList<String>();
        var json = JsonMapper.builder().build();
        var folder = Product.home().resolve("secrets");
        var stack = json.readTree(Files.readString(folder.resolve("stack.json")));
        stack.forEach(secret -> found.add(secret.asString()));
        var demo = json.readTree(Files.readString(folder.resolve("demo.json")));
        demo.path("users").forEach(user -> found.add(user.path("password").asString()));
        demo.path("keys").forEach(key -> found.add(key.path("key").asString()));
        found.add(Files.readString(folder.resolve("operations-token")).strip());
        return found;
    }
}
