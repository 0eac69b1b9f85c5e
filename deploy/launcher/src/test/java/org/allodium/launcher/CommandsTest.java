package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    @TempDir Path folder;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int run(Path home, String... words) {
        var settings =
                StackSettings.fromEnvironment(
                        Path.of("/checkout"), Map.of("ALLODIUM_HOME", home.toString()));
        return new Commands(settings, new PrintStream(printed, true, StandardCharsets.UTF_8))
                .run(List.of(words));
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void downWithoutARunIsNoError() {
        assertThat(run(folder.resolve("none"), "down")).isEqualTo(0);
        assertThat(text()).contains("does not run");
    }

    @Test
    void resetLeavesAForeignFolderAlone() throws Exception {
        var diary = Files.writeString(folder.resolve("diary.txt"), "dear");
        Assertions.assertThatThrownBy(() -> run(folder, "reset", "--yes"))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("is not a data folder");
        assertThat(diary).exists();
    }

    @Test
    void resetDeletesTheDataAndKeepsTheUnpackedServers() throws Exception {
        new DataFolder(folder).create();
        Files.createDirectories(folder.resolve("db/base"));
        var kept = Files.createDirectories(folder.resolve("runtime/liberty-1"));
        assertThat(run(folder, "reset", "--yes")).isEqualTo(0);
        assertThat(kept).exists();
        assertThat(folder.resolve("db")).doesNotExist();
        assertThat(folder.resolve("secrets")).doesNotExist();
    }

    @Test
    void unknownWordsAreRefusedByName() {
        Assertions.assertThatThrownBy(() -> run(folder, "upp"))
                .hasMessageContaining("Unknown command \"upp\"");
        Assertions.assertThatThrownBy(() -> run(folder, "up", "--now"))
                .hasMessageContaining("Unknown option \"--now\"");
    }

    @Test
    void thereAreOneOrTwoNodes() {
        Assertions.assertThatThrownBy(() -> run(folder, "up", "--nodes", "3"))
                .hasMessageContaining("--nodes takes 1 or 2, not \"3\"");
        Assertions.assertThatThrownBy(() -> run(folder, "up", "--nodes"))
                .hasMessageContaining("--nodes takes 1 or 2");
        assertThat(UpOptions.of(List.of("--nodes", "2", "--detach")))
                .isEqualTo(new UpOptions(true, OptionalInt.of(2)));
    }

    @Test
    void developmentNeedsABuild() {
        Assertions.assertThatThrownBy(() -> run(folder, "dev"))
                .hasMessageContaining("The product is not built");
    }

    @Test
    void verifyReceiptSaysWhichFileIsMissing() {
        Assertions.assertThatThrownBy(
                        () -> run(folder, "verify-receipt", folder.resolve("r.json").toString()))
                .hasMessageContaining("r.json cannot be read");
    }
}
