package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.allodium.it.product.Api;
import org.allodium.it.product.Command;
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

    /// Of each kind of answer, by the schema that the receipt itself names.
    @Test
    void aReceiptFitsTheSchemaThatItNames() {
        var api = Api.as("standard");
        var quoted =
                "{'model':'allodium-guide','messages':[{'role':'user','content':'What is a key?'}]}";
        for (var answer :
                List.of(
                        api.chat("allodium-guide", "Hi", 4),
                        api.post("/chat/completions", quoted.replace('\'', '"')),
                        api.post(
                                "/embeddings",
                                "{\"model\":\"all-minilm-l6-v2\",\"input\":\"Hi\"}"))) {
            var receipt = api.get("/receipts/" + answer.header("x-receipt-id")).json();
            var payload = receipt.required("receipt");
            var schema = Api.portal(payload.required("schema").stringValue());
            assertThat(schema.status()).isEqualTo(200);
            assertThat(schema.header("Content-Type")).startsWith("application/schema+json");
            assertThat(
                            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                                    .getSchema(schema.json())
                                    .validate(payload))
                    .isEmpty();
            var computing = payload.required("computing");
            assertThat(computing.required("kernel").stringValue()).isNotBlank();
            assertThat(computing.required("instruction_set").stringValue()).isNotBlank();
        }
        assertThat(Api.portal("/.well-known/receipt-schema/1.json").status()).isEqualTo(200);
        assertThat(Api.portal("/.well-known/receipt-schema/99.json").status()).isEqualTo(404);
    }

    /// Without a restart, and with each act in the audit trail.
    @Test
    void afterARotationNewReceiptsNameTheNewKeyAndOldOnesStillVerify(@TempDir Path folder)
            throws Exception {
        var old = receipt(folder.resolve("old.json"));
        var oldKey = keyOf(folder, old);
        assertThat(Command.allodium(folder, "keys", "rotate", "--reason", "a test of rotation"))
                .isZero();
        var rotated = java.time.Instant.now();
        String newKey;
        do {
            newKey = keyOf(folder, receipt(folder.resolve("new.json")));
        } while (newKey.equals(oldKey)
                && java.time.Instant.now().isBefore(rotated.plusSeconds(30)));
        assertThat(newKey).isNotEqualTo(oldKey);
        assertThat(Command.allodium(folder, "verify-receipt", old.toString())).isZero();
        assertThat(Files.readString(folder.resolve("out")))
                .contains("is genuine and unchanged")
                .contains(oldKey)
                .contains("rotated at");
        assertThat(Command.allodium(folder, "keys", "list")).isZero();
        assertThat(Files.readString(folder.resolve("out")))
                .contains(newKey)
                .contains(oldKey)
                .contains("a test of rotation");
        try (var database = Product.database();
                var query = database.createStatement();
                var rows =
                        query.executeQuery(
                                "select count(*) from tenancy.audit_entry where act = 'evidence.signing-key-rotated' and details->>'reason' = 'a test of rotation'")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(1);
        }
    }

    private static Path receipt(Path file) throws Exception {
        var id = Api.as("standard").chat("allodium-guide", "Hi", 4).header("x-receipt-id");
        return Files.write(file, Api.as("standard").get("/receipts/" + id).response().body());
    }

    /// As `verify-receipt` names it.
    private static String keyOf(Path folder, Path receipt) throws Exception {
        assertThat(Command.allodium(folder, "verify-receipt", receipt.toString())).isZero();
        var said = Files.readString(folder.resolve("out"));
        var key = java.util.regex.Pattern.compile("Signed with key ([\\w-]+)").matcher(said);
        assertThat(key.find()).as(said).isTrue();
        return key.group(1);
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
