package org.allodium.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedTest {
    @TempDir Path folder;
    private final AtomicBoolean readable = new AtomicBoolean(true);
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("file");
        Files.writeString(file, "one");
    }

    @Test
    void whatTakesTheFilesPlaceIsUsed() throws IOException {
        var followed = new Followed<>("one", file, this::read);
        replace("two");
        assertThat(followed.current()).isEqualTo("two");
    }

    /// As one whose owner is set right a moment later.
    @Test
    void aFileThatCannotBeReadIsTriedAgain() throws IOException {
        var followed = new Followed<>("one", file, this::read);
        replace("two");
        readable.set(false);
        assertThat(followed.current()).isEqualTo("one");
        readable.set(true);
        assertThat(followed.current()).isEqualTo("two");
    }

    @Test
    void aFileThatWasReplacedBeforeAnybodyFollowedItIsRead() throws IOException {
        var first = read(file);
        replace("two");
        assertThat(new Followed<>(first, file, this::read).current()).isEqualTo("two");
    }

    private void replace(String text) throws IOException {
        var next = folder.resolve("next");
        Files.writeString(next, text);
        Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private String read(Path from) {
        try {
            if (!readable.get()) {
                throw new IOException("not yet");
            }
            return Files.readString(from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
