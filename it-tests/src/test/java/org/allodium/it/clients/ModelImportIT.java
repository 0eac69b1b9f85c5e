package org.allodium.it.clients;

import static org.allodium.it.product.Command.allodium;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./allodium model import … --deploy` while the product runs.
class ModelImportIT {
    private static final Path GOLDEN =
            Product.root().resolve("serving/engine/src/test/resources/golden/qwen2");

    @Test
    void anImportedModelAnswersTheStandardKeyAtOnce(@TempDir Path log) throws Exception {
        assertThat(
                        allodium(
                                log,
                                "model",
                                "import",
                                GOLDEN.toString(),
                                "--name",
                                "trial/qwen",
                                "--deploy"))
                .isZero();
        var answer = Api.as("standard").chat("trial/qwen", "Hello", 8);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("usage").path("completion_tokens").asInt()).isPositive();
        assertThat(Api.as("standard").get("/models/trial%2Fqwen").json().path("id").asString())
                .isEqualTo("trial/qwen");
        assertThat(allodium(log, "model", "show", "trial/qwen")).isZero();
    }

    @Test
    void aBrokenDirectoryIsRefusedWithTheFilesName(@TempDir Path folder) throws Exception {
        var broken = Files.createDirectory(folder.resolve("broken"));
        try (Stream<Path> files = Files.list(GOLDEN)) {
            for (var file : files.toList()) {
                Files.copy(file, broken.resolve(file.getFileName()));
            }
        }
        var weights = broken.resolve("model.safetensors");
        Files.write(weights, new byte[] {1, 2, 3});
        assertThat(allodium(folder, "model", "import", broken.toString(), "--name", "broken"))
                .isNotZero();
        assertThat(Files.readString(folder.resolve("out"))).contains("model.safetensors");
        assertThat(Api.as("standard").get("/models/broken").status()).isEqualTo(404);
    }
}
