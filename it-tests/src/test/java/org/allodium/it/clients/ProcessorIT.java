package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.allodium.it.product.SecondProduct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The product's own journey on a processor with AVX2 and nothing more, whatever this one has.
class ProcessorIT {
    private static final Map<String, String> AVX2_ALONE =
            Map.of(
                    "ATEN_CPU_CAPABILITY", "avx2",
                    "ONEDNN_MAX_CPU_ISA", "AVX2",
                    "ALLODIUM_NATIVE", "off");
    private static final String GUIDE = "allodium-guide";
    private static final Path MODELS =
            Product.root().resolve("serving/engine/src/test/resources/golden");

    @TempDir Path folder;

    @Test
    void startsAnswersAndSaysWhatItComputesWith() throws Exception {
        try (var product = SecondProduct.up(folder, AVX2_ALONE)) {
            var status = product.status();
            var engine = status.path("engine");
            assertThat(engine.path("instructions").asString("")).isEqualTo("AVX2");
            assertThat(engine.path("own_machine_code").asBoolean(true)).isFalse();
            assertThat(engine.path("computes").toString())
                    .contains(GUIDE, "fp32 (auto asked for), by PyTorch's operators");
            assertThat(product.log()).contains("operators use AVX2; own machine code is not used");
            assertThat(text(status.path("metrics").asString()))
                    .containsPattern(
                            "allodium_engine_machine\\{(?=[^}]*instructions=\"avx2\")[^}]*own_code=\"none\"")
                    .containsPattern("allodium_engine_precision\\{[^}]*precision=\"fp32\"");

            var api = Api.of(status.path("api").asString(), key(status));
            answers(product, api);
            imports(product, api);
            aModelThatCannotStartIsNamed(product, status.path("portal").asString());
            aDeviceThatIsNotThereIsNamed(product);
        }
    }

    /// Its next start is asked for cores that are not there: it says so at once and ends, and does
    /// not wait until its patience is over.
    private static void aDeviceThatIsNotThereIsNamed(SecondProduct product) throws Exception {
        assertThat(product.allodium("down")).as(product.said()).isZero();
        product.refusesWith(Map.of("ALLODIUM_ENGINE_DEVICE", "cpu:999"));
        product.assertNamesModelsThatCannotStart("999");
    }

    private void answers(SecondProduct product, Api api) throws Exception {
        var whole = api.chat(GUIDE, "How do I apply for a grant?", 24);
        assertThat(whole.status()).as(whole.text()).isEqualTo(200);
        var said = content(whole.json(), "message");
        assertThat(said).isNotBlank();
        var streamed =
                api.post(
                        "/chat/completions",
                        """
                        {"model":"%s","messages":[{"role":"user","content":"How do I apply for a grant?"}],"max_tokens":24,"temperature":0,"stream":true}
                        """
                                .formatted(GUIDE));
        assertThat(streamed.events()).last().isEqualTo("[DONE]");
        assertThat(
                        streamed.events().stream()
                                .filter(event -> !event.equals("[DONE]"))
                                .map(event -> content(JsonMapper.shared().readTree(event), "delta"))
                                .collect(Collectors.joining()))
                .isEqualTo(said);

        var embedded =
                api.post("/embeddings", "{\"model\":\"all-minilm-l6-v2\",\"input\":\"A grant\"}");
        assertThat(embedded.status()).as(embedded.text()).isEqualTo(200);
        double squares = 0;
        for (var number : embedded.json().path("data").path(0).path("embedding")) {
            squares += number.asDouble() * number.asDouble();
        }
        assertThat(squares).isCloseTo(1, within(1e-3));

        var receipt = folder.resolve("receipt.json");
        var id = whole.header("x-receipt-id");
        Files.write(receipt, api.get("/receipts/" + id).response().body());
        assertThat(product.allodium("verify-receipt", receipt.toString()))
                .as(product.said())
                .isZero();
    }

    private static void imports(SecondProduct product, Api api) throws Exception {
        for (var precision : new String[] {"int8", "int4", "bf16"}) {
            var name = "trial/" + precision;
            assertThat(bring(product, "qwen2", name, precision)).as(product.said()).isZero();
            var answer = api.chat(name, "Hello", 8);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(product.allodium("model", "show", name)).isZero();
            assertThat(product.said())
                    .contains(
                            precision.equals("bf16")
                                    ? "fp32 (bf16 asked for), by PyTorch's operators. The processor has no products of bf16"
                                    : "%s (%s asked for)".formatted(precision, precision));
        }
    }

    private static void aModelThatCannotStartIsNamed(SecondProduct product, String portal)
            throws Exception {
        assertThat(bring(product, "bert-embed", "trial/encoder", "int4")).isNotZero();
        var sentence = "An encoder does not run in int4.";
        assertThat(text(portal + "/health/ready"))
                .contains("failed.trial/encoder@")
                .contains(sentence);
        assertThat(product.allodium("status")).isZero();
        assertThat(product.said()).contains("Engine", "AVX2").contains("cannot start: " + sentence);
        assertThat(product.log())
                .contains(sentence)
                .doesNotContain("org.allodium.engine.ModelRefused");
    }

    private static int bring(SecondProduct product, String files, String name, String precision)
            throws Exception {
        var directory = MODELS.resolve(files).toAbsolutePath().toString();
        return product.allodium(
                "model", "import", directory, "--name", name, "--deploy", "--precision", precision);
    }

    private static String content(JsonNode answer, String part) {
        return answer.path("choices").path(0).path(part).path("content").asString("");
    }

    private static String key(JsonNode status) {
        for (var key : status.path("demo").path("keys")) {
            if (key.path("purpose").asString().equals("standard")) {
                return key.path("key").asString();
            }
        }
        throw new AssertionError("The demo has a standard key");
    }

    private static String text(String address) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(address)).build();
            return http.send(request, BodyHandlers.ofString()).body();
        }
    }
}
