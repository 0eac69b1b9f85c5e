package org.allodium.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import org.allodium.catalog.internal.ModelStore;
import org.allodium.kernel.Refused;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Directories that somebody brings to get hold of other files of this machine.
class HostileDirectoryTest {
    private static final String SECRET = "the platform's password";

    @TempDir Path root;
    private Path given;
    private Path secret;
    private ModelStore store;

    @BeforeEach
    void write() throws IOException {
        given = Files.createDirectory(root.resolve("given"));
        secret = Files.createDirectories(root.resolve("home/secrets")).resolve("stack.json");
        Files.writeString(secret, SECRET);
        Files.writeString(given.resolve("config.json"), "{}");
        store = new ModelStore(root.resolve("home/models"));
    }

    @Test
    void copiesFilesAndDirectoriesThatNobodyCanWriteTo() throws IOException {
        Files.writeString(Files.createDirectory(given.resolve("1_Pooling")).resolve("a.json"), "1");
        try (var incoming = store.receive(given)) {
            incoming.keepAs("sha256:1");
        }
        var kept = store.directory("sha256:1");
        assertThat(kept.resolve("1_Pooling/a.json")).hasContent("1");
        assertThat(Files.getPosixFilePermissions(kept.resolve("config.json")))
                .noneMatch(p -> p.name().endsWith("WRITE"));
    }

    @Test
    void theDirectoryItselfMayBeCalledByALink() throws IOException {
        var link = Files.createSymbolicLink(root.resolve("link"), given);
        try (var incoming = store.receive(link)) {
            assertThat(incoming.directory().resolve("config.json")).exists();
        }
    }

    @Test
    void aLinkToAFileIsRefusedByName() throws IOException {
        Files.createSymbolicLink(given.resolve("tokenizer.json"), secret);
        refused("tokenizer.json");
    }

    @Test
    void aLinkToADirectoryIsRefusedByName() throws IOException {
        Files.createSymbolicLink(given.resolve("1_Pooling"), secret.getParent());
        refused("1_Pooling");
    }

    @Test
    void aLinkFurtherDownIsRefusedByName() throws IOException {
        var inner = Files.createDirectory(given.resolve("1_Pooling"));
        Files.createSymbolicLink(inner.resolve("config.json"), secret);
        refused("1_Pooling/config.json");
    }

    @Test
    void whatIsNoFileIsRefused() throws Exception {
        var made =
                new ProcessBuilder("mkfifo", given.resolve("model.safetensors").toString())
                        .start()
                        .waitFor();
        assertThat(made).isZero();
        refused("model.safetensors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "-rf", "a\nb", "a;b", "$(id)", "\u202egnp.exe", "a\\b"})
    void anOddNameIsRefused(String name) throws IOException {
        Files.writeString(given.resolve(name), "");
        refused("odd name");
    }

    @Test
    void theHomeOfTheStoreIsNoModel() {
        var home = root.resolve("home");
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> store.receive(home));
    }

    @Test
    void aTreeWithoutEndIsRefused() throws IOException {
        Files.createDirectories(given.resolve("a/a/a/a/a"));
        refused("deep");
    }

    @Test
    void whateverIsBroughtNoSecretIsEverCopied() throws IOException {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        int taken = 0;
        for (int i = 0; i < 200; i++) {
            var tree = Files.createDirectory(root.resolve("tree" + i));
            grow(tree, random, 3);
            try (var incoming = store.receive(tree)) {
                taken++;
                assertThat(texts(incoming.directory()))
                        .as("seed %s", seed)
                        .allSatisfy(text -> assertThat(text).doesNotContain(SECRET));
            } catch (Refused refusal) {
                assertThat(refusal.english()).as("seed %s", seed).endsWith(".");
            }
        }
        assertThat(taken).as("seed %s", seed).isPositive();
        assertThat(root.resolve("home/models")).as("seed %s", seed).isEmptyDirectory();
    }

    private void grow(Path at, Random random, int depth) throws IOException {
        for (int i = 0; i < random.nextInt(4); i++) {
            var path = at.resolve("ab.-_\u00e9".charAt(random.nextInt(6)) + "x" + i);
            switch (random.nextInt(depth == 0 ? 3 : 6)) {
                case 0 -> Files.createSymbolicLink(path, secret);
                case 1, 2 -> Files.writeString(path, "mine");
                case 3 -> Files.createSymbolicLink(path, secret.getParent());
                default -> grow(Files.createDirectory(path), random, depth - 1);
            }
        }
    }

    private static ArrayList<String> texts(Path directory) throws IOException {
        var texts = new ArrayList<String>();
        try (var found = Files.walk(directory)) {
            found.filter(Files::isRegularFile)
                    .forEach(
                            file -> {
                                try {
                                    texts.add(Files.readString(file));
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
        }
        return texts;
    }

    private void refused(String named) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> store.receive(given))
                .satisfies(e -> assertThat(e.english()).contains(named))
                .satisfies(e -> assertThat(e.field()).contains("directory"));
        assertThat(root.resolve("home/models")).isEmptyDirectory();
    }
}
