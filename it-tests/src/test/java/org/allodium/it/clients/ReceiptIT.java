package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptIT {
    @Test
    void aReceiptVerifiesOfflineAndNotAfterAnyChange(@TempDir Path folder) throws Exception {
        var id = Api.as("standard").chat("allodium-guide", "Hi", 4).header("x-receipt-id");
        byte[] receipt = Api.as("standard").get("/receipts/" + id).response().body();
        var file = folder.resolve("receipt.json");
        Files.write(file, receipt);
        assertThat(verify(file)).isZero();
        for (int position :
                List.of(0, 10, receipt.length / 3, receipt.length / 2, receipt.length - 3)) {
            byte[] changed = receipt.clone();
            changed[position] ^= 1;
            Files.write(file, changed);
            assertThat(verify(file)).as("byte " + position).isEqualTo(1);
        }
    }

    @Test
    void theKeysArePublic() {
        var keys = java.net.URI.create(Product.portal() + "/.well-known/jwks.json");
        try (var http = java.net.http.HttpClient.newHttpClient()) {
            var body =
                    http.send(
                                    java.net.http.HttpRequest.newBuilder(keys).build(),
                                    java.net.http.HttpResponse.BodyHandlers.ofString())
                            .body();
            assertThat(body).contains("\"keys\"").contains("\"kid\"").doesNotContain("\"d\"");
        } catch (java.io.IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private static int verify(Path file) throws Exception {
        var builder =
                new ProcessBuilder(
                        Product.root().resolve("allodium").toString(),
                        "verify-receipt",
                        file.toString());
        builder.environment().put("ALLODIUM_HOME", Product.home().toString());
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        var process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
