package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTest {
    @TempDir Path folder;
    private final Properties pins = Binaries.pinned();

    @BeforeEach
    void makeArchives() throws Exception {
        for (var name : new String[] {"liberty", "keycloak"}) {
            pins.setProperty(name + ".file", name + ".zip");
            pins.setProperty(name + ".version", "1");
            pins.setProperty(name + ".sha256", zip(name, "bin/start"));
        }
    }

    @Test
    void unpacksEveryServerAndRemovesWhatAKilledRunLeft() throws Exception {
        var leftover = Files.createDirectories(folder.resolve("runtime/.draft-liberty/half"));
        var binaries = binaries();
        binaries.unpack();
        assertThat(binaries.liberty().resolve("bin/start")).hasContent("#!/bin/sh");
        assertThat(binaries.keycloak().resolve("bin/start")).exists();
        assertThat(binaries.postgresql().resolve("bin/postgres")).isExecutable();
        assertThat(leftover).doesNotExist();
    }

    @Test
    void preparesKeycloakOnceItIsThereAndSaysWhatFailed() {
        var binaries = binaries();
        var seen = new AtomicBoolean();
        binaries.unpack(() -> seen.set(Files.exists(binaries.keycloak().resolve("bin/start"))));
        assertThat(seen).isTrue();
        assertThatThrownBy(() -> binaries.unpack(BinariesTest::fail)).hasMessage("not prepared");
        assertThatThrownBy(() -> fresh().unpack(BinariesTest::fail)).hasMessage("not prepared");
    }

    private static void fail() {
        throw new Trouble("not prepared");
    }

    private Binaries fresh() {
        return new Binaries(folder, folder.resolve("another"), pins, Progress.silent());
    }

    @Test
    void refusesAFileThatIsNotThePinnedOne() throws Exception {
        Files.writeString(folder.resolve("keycloak.zip"), "something else");
        assertThatThrownBy(() -> binaries().unpack())
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("is not the pinned file");
        assertThat(folder.resolve("runtime/keycloak-1")).doesNotExist();
    }

    @Test
    void refusesAnEntryOutsideItsFolder() throws Exception {
        pins.setProperty("liberty.sha256", zip("liberty", "../../outside"));
        assertThatThrownBy(() -> binaries().unpack()).hasMessageContaining("outside its folder");
        assertThat(folder.resolve("outside")).doesNotExist();
    }

    @Test
    void saysThatTheBuildIsMissing() throws Exception {
        Files.delete(folder.resolve("liberty.zip"));
        assertThatThrownBy(() -> binaries().unpack()).hasMessageContaining("build first");
    }

    @Test
    void pinsEveryServerByDigest() {
        var real = Binaries.pinned();
        for (var name : new String[] {"liberty", "keycloak", "postgresql"}) {
            assertThat(real.getProperty(name + ".sha256")).matches("[0-9a-f]{64}");
            assertThat(real.getProperty(name + ".version")).matches("[0-9.]+");
        }
    }

    private Binaries binaries() {
        return new Binaries(folder, folder.resolve("runtime"), pins, Progress.silent());
    }

    private String zip(String name, String entry) throws Exception {
        var file = folder.resolve(name + ".zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("top/" + entry));
            zip.write("#!/bin/sh".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return HexFormat.of().formatHex(digest);
    }
}
