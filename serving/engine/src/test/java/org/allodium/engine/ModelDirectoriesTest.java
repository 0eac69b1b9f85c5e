package org.allodium.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.allodium.engine.ModelDescription.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ModelDirectoriesTest {
    @TempDir Path dir;

    @Test
    void describesADecoder() {
        assertThat(ModelDirectories.inspect(Golden.dir("llama3-rope")))
                .isEqualTo(
                        new ModelDescription(
                                "LlamaForCausalLM",
                                Kind.DECODER,
                                1024,
                                768,
                                64,
                                184640,
                                true,
                                true));
    }

    @Test
    void describesAnEncoder() {
        var description = ModelDirectories.inspect(Golden.dir("bert-embed"));
        assertThat(description.kind()).isEqualTo(Kind.ENCODER);
        assertThat(description.contextLength()).isEqualTo(128);
        assertThat(description.embeddingDimensions()).isEqualTo(64);
        assertThat(description.hasTokenizer()).isFalse();
    }

    @Test
    void refusesToLoadOneKindAsTheOther() {
        assertThatThrownBy(() -> Engine.loadEncoder(Golden.dir("qwen2")))
                .isInstanceOf(ModelRefused.class)
                .hasMessageContaining("Qwen2ForCausalLM");
        assertThatThrownBy(() -> Engine.loadDecoder(Golden.dir("bert-embed")))
                .isInstanceOf(ModelRefused.class)
                .hasMessageContaining("BertModel");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hidden_size",
                "num_hidden_layers",
                "num_attention_heads",
                "intermediate_size",
                "vocab_size",
                "max_position_embeddings",
                "rms_norm_eps",
                "architectures"
            })
    void namesAMissingKey(String key) throws IOException {
        ModelCopy.of("llama-tied", dir);
        config(c -> c.remove(key));
        assertRefused(key, "config.json");
    }

    @Test
    void refusesWhatItCannotCompute() throws IOException {
        ModelCopy.of("llama-tied", dir);
        config(c -> c.put("hidden_act", "relu"));
        assertRefused("hidden_act", "config.json", "relu");
        config(c -> c.put("hidden_act", "silu").putObject("quantization_config").put("bits", 4));
        assertRefused("quantization_config", "config.json");
        config(c -> c.remove("quantization_config"));
        config(c -> ((ObjectNode) c.get("rope_parameters")).put("rope_type", "yarn"));
        assertRefused("yarn", "config.json", "rope_parameters");
        config(c -> c.putArray("architectures").add("GPT2LMHeadModel"));
        assertRefused("GPT2LMHeadModel", "config.json");
    }

    @Test
    void namesATruncatedFileAndTheTensorThatItCuts() throws IOException {
        ModelCopy.of("qwen2", dir);
        var file = dir.resolve("model.safetensors");
        var bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 10));
        assertRefused("model.safetensors", "truncated", "model.norm.weight");
        Files.write(file, Arrays.copyOf(bytes, 100));
        assertRefused("model.safetensors", "truncated");
        Files.write(file, new byte[0]);
        assertRefused("model.safetensors", "truncated");
    }

    @Test
    void namesAMissingTensorAndOneTooMany() throws IOException {
        ModelCopy.of("qwen2", dir);
        rename("model.layers.1.self_attn.k_proj.bias", "model.layers.1.self_attn.k_proj.boas");
        assertRefused("model.layers.1.self_attn.k_proj.bias", "model.safetensors", "missing");
        rename("model.layers.1.self_attn.k_proj.boas", "model.layers.1.self_attn.k_proj.bias");
        config(c -> c.put("num_hidden_layers", 1));
        assertRefused("model.layers.1.", "model.safetensors", "no part");
    }

    @Test
    void namesATensorOfAnotherShapeOrType() throws IOException {
        ModelCopy.of("llama-tied", dir);
        config(c -> c.put("intermediate_size", 128));
        assertRefused(
                "model.layers.0.mlp.gate_proj.weight",
                "model.safetensors",
                "[160, 64]",
                "[128, 64]");
        config(c -> c.put("intermediate_size", 160));
        header(h -> h.replaceFirst("F32", "F64"));
        assertRefused("F64", "model.safetensors");
        header(
                h ->
                        h.replaceFirst("F64", "F32")
                                .replaceFirst("\"shape\":\\[768,64]", "\"shape\":[768,32]"));
        assertRefused("model.embed_tokens.weight", "model.safetensors");
    }

    @Test
    void namesAMissingShard() throws IOException {
        ModelCopy.of("llama3-rope", dir);
        var shard = dir.resolve("model-00003-of-00004.safetensors");
        var elsewhere = dir.resolve("kept");
        Files.move(shard, elsewhere);
        assertRefused("model-00003-of-00004.safetensors", "model.layers.1");
        Files.copy(dir.resolve("model-00002-of-00004.safetensors"), shard);
        assertRefused("model-00003-of-00004.safetensors", "model.layers.1", "missing");
    }

    @Test
    void anIndexMayNotReachOutside() throws IOException {
        ModelCopy.of("llama3-rope", dir);
        var index = dir.resolve("model.safetensors.index.json");
        Files.writeString(
                index,
                Files.readString(index).replace("model-00001-of-00004", "../model-00001-of-00004"));
        assertRefused("../model-00001-of-00004.safetensors", "missing");
    }

    @Test
    void refusesATokenizerThatIsLargerThanTheEmbedding() throws IOException {
        ModelCopy.of("llama-tied", dir);
        var file = dir.resolve("tokenizer.json");
        var json = (ObjectNode) Golden.json(file);
        ((ObjectNode) json.path("model").path("vocab")).put("zzz", 768);
        Files.writeString(file, json.toString());
        assertRefused("tokenizer.json", "768");
    }

    @Test
    void refusesFilesThatAreNotThereOrNoJson() throws IOException {
        assertRefused("config.json", "missing");
        ModelCopy.of("llama-tied", dir);
        Files.writeString(dir.resolve("generation_config.json"), "{");
        assertRefused("generation_config.json", "JSON");
        Files.delete(dir.resolve("generation_config.json"));
        Files.delete(dir.resolve("model.safetensors"));
        assertRefused("model.safetensors");
    }

    @Test
    void theDigestSeesNamesAndContents() throws IOException {
        ModelCopy.of("llama-tied", dir);
        var digest = ModelDirectories.digest(dir);
        assertThat(digest).matches("sha256:[0-9a-f]{64}").isEqualTo(ModelDirectories.digest(dir));
        Files.move(dir.resolve("generation_config.json"), dir.resolve("other.json"));
        assertThat(ModelDirectories.digest(dir)).isNotEqualTo(digest);
        Files.move(dir.resolve("other.json"), dir.resolve("generation_config.json"));
        assertThat(ModelDirectories.digest(dir)).isEqualTo(digest);
        Files.writeString(dir.resolve("chat_template.jinja"), "{{ messages[0].content }}");
        assertThat(ModelDirectories.digest(dir)).isNotEqualTo(digest);
    }

    private void assertRefused(String... named) {
        assertThatThrownBy(() -> ModelDirectories.inspect(dir))
                .isInstanceOf(ModelRefused.class)
                .hasMessageEndingWith(".")
                .satisfies(e -> assertThat(e.getMessage()).contains(named));
    }

    private void config(Consumer<ObjectNode> change) throws IOException {
        var file = dir.resolve("config.json");
        var json = (ObjectNode) Golden.json(file);
        change.accept(json);
        Files.writeString(file, json.toString());
    }

    private void rename(String from, String to) throws IOException {
        header(h -> h.replace('"' + from + '"', '"' + to + '"'));
    }

    /// Changes the header of the weights' file without changing its length.
    private void header(UnaryOperator<String> change) throws IOException {
        var file = dir.resolve("model.safetensors");
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(bytes.getLong(0));
        var header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
        var changed = change.apply(header).getBytes(StandardCharsets.UTF_8);
        assertThat(changed).hasSize(length);
        bytes.put(8, changed);
        Files.write(file, bytes.array());
    }
}
