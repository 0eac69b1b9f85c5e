package org.allodium.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Models whose files say what no model's files say.
class HostileModelTest {
    @TempDir Path dir;

    @BeforeEach
    void copy() throws IOException {
        ModelCopy.of("llama-tied", dir);
    }

    @Test
    void theModelItselfIsTaken() {
        assertThat(ModelDirectories.inspect(dir).architecture()).isEqualTo("LlamaForCausalLM");
    }

    @ParameterizedTest
    @CsvSource({
        "num_hidden_layers, 2147483647",
        "hidden_size, 2147483646",
        "vocab_size, 2147483647",
        "num_attention_heads, 2147483647",
        "num_key_value_heads, 2147483647",
        "head_dim, 2147483646",
        "intermediate_size, 2147483647",
        "max_position_embeddings, 2147483647",
        "num_hidden_layers, -1",
        "num_hidden_layers, 99999999999999999999",
    })
    void aSizeThatNoModelHasIsRefusedByName(String key, String size) throws IOException {
        change("config.json", config -> config.set(key, JsonMapper.shared().readTree(size)));
        refused(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'Replace','pattern':{'String':'a'},'content':'aaaaaaaaaaaaaaaaa'}",
                "{'type':'Replace','pattern':{'String':''},'content':'aaaaaaaaaaaaaaaaa'}",
                "{'type':'Replace','pattern':{'Regex':'x*'},'content':'aaaaaaaaaaaaaaaaa'}",
                "{'type':'Sequence','normalizers':["
                        + "{'type':'Replace','pattern':{'String':'a'},'content':'aaaaa'},"
                        + "{'type':'Replace','pattern':{'String':'a'},'content':'aaaaa'}]}",
            })
    void aNormalizerThatGrowsTextIsRefused(String normalizer) throws IOException {
        var json = JsonMapper.shared().readTree(normalizer.replace('\'', '"'));
        change("tokenizer.json", file -> file.set("normalizer", json));
        refused("normalizer");
    }

    @Test
    void aNormalizerWithALongPrefixIsRefused() throws IOException {
        change(
                "tokenizer.json",
                file ->
                        file.putObject("normalizer")
                                .put("type", "Prepend")
                                .put("prepend", "a".repeat(65)));
        refused("before a text");
    }

    @Test
    void aMapThatMakesMuchOfACharacterIsRefused() throws IOException {
        var map = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN).putInt(4).putInt(0);
        map.put("a".repeat(150).getBytes(StandardCharsets.US_ASCII));
        change(
                "tokenizer.json",
                file ->
                        file.putObject("normalizer")
                                .put("type", "Precompiled")
                                .put(
                                        "precompiled_charsmap",
                                        Base64.getEncoder().encodeToString(map.array())));
        refused("too much of a character");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'Sequence','normalizers':[{'type':'Prepend','prepend':'\u2581'},"
                        + "{'type':'Replace','pattern':{'String':' '},'content':'\u2581'}]}",
                "{'type':'Sequence','normalizers':[{'type':'NFKC'},{'type':'Lowercase'},"
                        + "{'type':'Replace','pattern':{'Regex':' {2,}'},'content':' '}]}",
                "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':true,"
                        + "'strip_accents':null,'lowercase':true}",
            })
    void theNormalizersOfPublishedModelsAreTaken(String normalizer) throws IOException {
        var json = JsonMapper.shared().readTree(normalizer.replace('\'', '"'));
        change("tokenizer.json", file -> file.set("normalizer", json));
        assertThat(ModelDirectories.inspect(dir).hasTokenizer()).isTrue();
    }

    @Test
    void aDecoderThatGrowsTextIsRefused() throws IOException {
        change(
                "tokenizer.json",
                file -> {
                    var step = file.putObject("decoder").put("type", "Replace");
                    step.put("content", "b".repeat(1_000)).putObject("pattern").put("String", "a");
                });
        refused("decoder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "\"one\"", "99999999999"})
    void anIdThatIsNoneIsRefused(String id) throws IOException {
        change(
                "tokenizer.json",
                file ->
                        ((ObjectNode) file.at("/model/vocab"))
                                .set("zzz", JsonMapper.shared().readTree(id)));
        refused("tokenizer.json");
    }

    @Test
    void tensorsThatOverlapAreRefused() throws IOException {
        header(
                header -> {
                    var names = header.propertyNames().stream().toList();
                    var by = names.stream().filter(n -> n.contains("q_proj")).toList();
                    ((ObjectNode) header.path(by.get(1)))
                            .set("data_offsets", header.path(by.get(0)).path("data_offsets"));
                });
        refused("overlap");
    }

    @Test
    void bytesBehindTheLastTensorAreRefused() throws IOException {
        var file = dir.resolve("model.safetensors");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) + 9));
        refused("model.safetensors");
    }

    @Test
    void spoiledFilesAreRefusedInWordsWhateverIsSpoiled() throws IOException {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (var name : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
            var file = dir.resolve(name);
            var good = Files.readAllBytes(file);
            for (int i = 0; i < 150; i++) {
                var bad = good.clone();
                for (int n = 0; n < 1 + random.nextInt(4); n++) {
                    int at = random.nextInt(Math.min(bad.length, 4_000));
                    bad[at] = (byte) random.nextInt(256);
                }
                Files.write(file, bad);
                try {
                    assertThat(ModelDirectories.inspect(dir)).isNotNull();
                } catch (ModelRefused refusal) {
                    assertThat(refusal.getMessage()).as("seed %s", seed).isNotBlank();
                }
            }
            Files.write(file, good);
        }
    }

    private void change(String name, Consumer<ObjectNode> change) throws IOException {
        var json = (ObjectNode) Golden.json(dir.resolve(name));
        change.accept(json);
        Files.writeString(dir.resolve(name), json.toString());
    }

    private void header(Consumer<ObjectNode> change) throws IOException {
        var file = dir.resolve("model.safetensors");
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        var header = new byte[(int) bytes.getLong()];
        bytes.get(header);
        var json = (ObjectNode) JsonMapper.shared().readTree(header);
        change.accept(json);
        var written = json.toString().getBytes(StandardCharsets.UTF_8);
        var out = ByteBuffer.allocate(8 + written.length + bytes.remaining());
        out.order(ByteOrder.LITTLE_ENDIAN).putLong(written.length).put(written).put(bytes);
        Files.write(file, out.array());
    }

    private void refused(String named) {
        assertThatExceptionOfType(ModelRefused.class)
                .isThrownBy(() -> ModelDirectories.inspect(dir))
                .withMessageContaining(named);
    }
}
