package org.allodium.serving.internal.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.allodium.engine.ModelRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The process in which models are looked at for the first time.
class ProbeProcessTest {
    private static final Path MODEL = Path.of("../engine/src/test/resources/golden/llama-tied");
    private static final Path GUIDE = Path.of("../models/src/main/resources/models/allodium-guide");

    @TempDir Path dir;

    @Test
    void saysWhatTheModelIs() {
        var found = probe(ProbeProcess.Limits.STANDARD).inspect(MODEL);
        assertThat(found.path("architecture").asString()).isEqualTo("LlamaForCausalLM");
        assertThat(found.path("hasTokenizer").asBoolean()).isTrue();
    }

    @Test
    void saysWhyAModelIsRefused() {
        assertThatExceptionOfType(ModelRefused.class)
                .isThrownBy(() -> probe(ProbeProcess.Limits.STANDARD).inspect(dir))
                .withMessageContaining("config.json");
    }

    @Test
    void memoryBeyondTheLimitEndsTheProcessAlone() throws IOException {
        var json = "[".repeat(400) + "1,".repeat(20_000_000) + "1" + "]".repeat(400);
        Files.writeString(dir.resolve("config.json"), json);
        assertThatExceptionOfType(ModelRefused.class)
                .isThrownBy(() -> probe(ProbeProcess.Limits.STANDARD).inspect(dir));
    }

    @Test
    void nativeMemoryIsLimitedToo() {
        // Less than the machine needs: what does not fit is not given, whoever asks for it.
        var limits =
                new ProbeProcess.Limits(200L << 20, Duration.ofMinutes(1), Duration.ofMinutes(1));
        assertThatExceptionOfType(ModelRefused.class)
                .isThrownBy(() -> probe(limits).inspect(GUIDE))
                .withMessageContaining("200 MiB");
    }

    @Test
    void aProcessThatDoesNotEndIsEnded() {
        var limits = new ProbeProcess.Limits(4L << 30, Duration.ofMinutes(1), Duration.ofNanos(1));
        assertThatExceptionOfType(ModelRefused.class)
                .isThrownBy(() -> probe(limits).inspect(MODEL));
    }

    @Test
    void findsTheEngineInsideTheArchiveOfAnApplication() throws IOException {
        var war = dir.resolve("app.war");
        try (var zip = new ZipOutputStream(Files.newOutputStream(war))) {
            for (var name : new String[] {"engine-1.jar", "jackson-core-3.jar", "other.jar"}) {
                zip.putNextEntry(new ZipEntry("WEB-INF/lib/" + name));
                zip.write(name.getBytes(StandardCharsets.UTF_8));
            }
        }
        String value;
        try (var path = ProbeClassPath.of(Optional.of(war), Optional.of(dir.resolve("lib")))) {
            value = path.value();
            assertThat(value.split(":")).hasSize(3).endsWith(dir.resolve("lib/djl/*").toString());
            assertThat(Path.of(value.split(":")[0])).hasContent("engine-1.jar");
        }
        assertThat(Path.of(value.split(":")[0])).doesNotExist();
    }

    private static ProbeProcess probe(ProbeProcess.Limits limits) {
        return new ProbeProcess(System.getProperty("java.class.path"), limits);
    }
}
