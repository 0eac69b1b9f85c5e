package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir Path home;

    @Test
    void secretsAreForTheirOwnerAlone() throws Exception {
        var folder = new DataFolder(home.resolve("data"));
        folder.create();
        var first = Secrets.loadOrMake(folder);
        assertThat(permissions(folder.secrets())).isEqualTo("rwx------");
        assertThat(permissions(folder.secrets().resolve("stack.json"))).isEqualTo("rw-------");
        assertThat(Secrets.loadOrMake(folder)).isEqualTo(first);
    }

    @Test
    void missingSecretsOfAnExistingDatabaseAreNotInventedAnew() throws Exception {
        var folder = new DataFolder(home);
        folder.create();
        Files.createDirectories(folder.database());
        assertThatThrownBy(() -> Secrets.loadOrMake(folder))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("restore that file from your backup");
    }

    @Test
    void mirrorLeavesNoFileOfAnOlderBuildAndEveryFolder() throws Exception {
        var from = Files.createDirectories(home.resolve("from"));
        var to = Files.createDirectories(home.resolve("to"));
        Files.writeString(from.resolve("engine-2.jar"), "new");
        Files.writeString(to.resolve("engine-1.jar"), "old");
        Files.createDirectories(to.resolve("workarea"));
        DataFolder.mirror(from, to);
        assertThat(to).isDirectoryContaining(path -> path.endsWith("engine-2.jar"));
        assertThat(to.resolve("engine-1.jar")).doesNotExist();
        assertThat(to.resolve("workarea")).isDirectory();
    }

    @Test
    void knowsACopyOfAnotherFileThoughItIsAsLong() throws Exception {
        var from = Files.writeString(home.resolve("new.war"), "new");
        var to = home.resolve("apps/placed.war");
        assertThat(DataFolder.differs(from, to)).isTrue();
        DataFolder.copyIfChanged(from, to);
        assertThat(DataFolder.differs(from, to)).isFalse();
        Files.writeString(from, "now");
        Files.setLastModifiedTime(from, java.nio.file.attribute.FileTime.fromMillis(1_000));
        assertThat(DataFolder.differs(from, to)).isTrue();
    }

    @Test
    void saysHowMuchSpaceIsMissing() {
        assertThatThrownBy(
                        () ->
                                DataFolder.requireSpace(
                                        home.resolve("not/yet"), Long.MAX_VALUE, "the servers"))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("The disk is too full for the servers")
                .hasMessageContaining("ALLODIUM_HOME");
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
