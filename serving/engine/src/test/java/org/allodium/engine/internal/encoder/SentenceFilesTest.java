package org.allodium.engine.internal.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.allodium.engine.Engine;
import org.allodium.engine.Golden;
import org.allodium.engine.ModelDirectories;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.reference.Family;
import org.allodium.engine.reference.TinyModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the files of the sentence-transformers library may ask for, and what is refused by name.
class SentenceFilesTest {
    private static final String MEAN = "pooling_mode_mean_tokens";

    @TempDir Path dir;

    @BeforeEach
    void write() {
        TinyModel.of(Family.BERT).writeTo(dir);
    }

    @Test
    void takesWhatItKnows() {
        SentenceModel.in(dir)
                .pooling(MEAN)
                .modules(true)
                .file("sentence_bert_config.json", "{\"max_seq_length\": 99}");
        assertThat(ModelDirectories.inspect(dir).contextLength()).isEqualTo(99);
        SentenceModel.in(dir)
                .file("1_Pooling/config.json", "{\"pooling_mode\": \"cls\"}")
                .modules(false);
        assertThat(ModelDirectories.inspect(dir).embeddingDimensions()).isEqualTo(64);
    }

    @Test
    void refusesOtherModules() {
        SentenceModel.in(dir).pooling(MEAN).modules("Transformer", "Pooling", "Dense");
        assertRefused("Dense", "modules.json");
        SentenceModel.in(dir).modules("Transformer", "Pooling", "Normalize", "Dense");
        assertRefused("Dense", "modules.json");
        SentenceModel.in(dir).modules("WordEmbeddings", "Pooling");
        assertRefused("WordEmbeddings", "modules.json");
        SentenceModel.in(dir).modules("Transformer");
        assertRefused("Pooling", "modules.json");
        SentenceModel.in(dir)
                .file("modules.json", "[{\"type\": \"a.Transformer\", \"path\": \"../x\"}]");
        assertRefused("../x", "modules.json");
    }

    @Test
    void refusesOtherPoolings() throws IOException {
        var model = SentenceModel.in(dir).modules(true);
        assertRefused("1_Pooling/config.json", "missing");
        model.pooling("pooling_mode_max_tokens");
        assertRefused("pooling_mode_max_tokens", "1_Pooling/config.json");
        model.pooling(MEAN, "pooling_mode_cls_token");
        assertRefused(MEAN, "pooling_mode_cls_token", "together");
        model.pooling();
        assertRefused("pooling_mode_", "1_Pooling/config.json");
        model.file(
                "1_Pooling/config.json",
                "{\"word_embedding_dimension\": 65, \"" + MEAN + "\": true}");
        assertRefused("word_embedding_dimension", "1_Pooling/config.json");
        // Without modules.json the file of the usual name is read all the same.
        Files.delete(dir.resolve("modules.json"));
        model.pooling("pooling_mode_lasttoken");
        assertRefused("pooling_mode_lasttoken", "1_Pooling/config.json");
    }

    @Test
    void refusesPromptsThatItCannotLeaveOut() {
        SentenceModel.in(dir)
                .file(
                        "1_Pooling/config.json",
                        "{\"include_prompt\": false, \"" + MEAN + "\": true}")
                .file(
                        "config_sentence_transformers.json",
                        "{\"prompts\": {\"q\": \"query: \"}, \"default_prompt_name\": \"q\"}");
        assertRefused("include_prompt");
        SentenceModel.in(dir)
                .pooling(MEAN)
                .file(
                        "config_sentence_transformers.json",
                        "{\"prompts\": {}, \"default_prompt_name\": \"q\"}");
        assertRefused("default_prompt_name", "config_sentence_transformers.json");
        SentenceModel.in(dir).file("config_sentence_transformers.json", "{\"truncate_dim\": 32}");
        assertRefused("truncate_dim", "config_sentence_transformers.json");
    }

    @Test
    void putsTheDefaultPromptBeforeEachText() throws IOException {
        Files.copy(
                Golden.dir("tokenizer").resolve("tokenizer.json"), dir.resolve("tokenizer.json"));
        try (var plain = Engine.loadEncoder(dir)) {
            SentenceModel.in(dir)
                    .pooling(MEAN)
                    .file(
                            "config_sentence_transformers.json",
                            "{\"prompts\": {\"q\": \"query: \"}, \"default_prompt_name\": \"q\"}")
                    .file("sentence_bert_config.json", "{\"do_lower_case\": true}");
            try (var prompted = Engine.loadEncoder(dir)) {
                assertThat(prompted.encode("Bridge")).isEqualTo(plain.encode("query: bridge"));
            }
        }
    }

    @Test
    void refusesHeadsOfOtherKinds() {
        TinyModel.of(Family.BERT_RANKER)
                .config(c -> c.putObject("id2label").put("0", "NO").put("1", "YES"))
                .writeTo(dir);
        assertRefused("id2label", "config.json", "2");
        TinyModel.of(Family.BERT_RANKER)
                .config(
                        c ->
                                c.put(
                                        "sbert_ce_default_activation_function",
                                        "torch.nn.modules.activation.Tanh"))
                .writeTo(dir);
        assertRefused("Tanh", "config.json");
        TinyModel.of(Family.XLM_ROBERTA_RANKER)
                .config(c -> c.put("num_attention_heads", 5))
                .writeTo(dir);
        assertRefused("num_attention_heads");
        TinyModel.of(Family.BERT).config(c -> c.put("hidden_act", "relu")).writeTo(dir);
        assertRefused("relu", "hidden_act");
    }

    @Test
    void namesTheTensorOfAHeadThatIsMissing() throws IOException {
        var other = dir.resolve("other");
        TinyModel.of(Family.ROBERTA).writeTo(other);
        TinyModel.of(Family.ROBERTA_RANKER).writeTo(dir.resolve("ranker"));
        Files.delete(other.resolve("config.json"));
        Files.copy(dir.resolve("ranker").resolve("config.json"), other.resolve("config.json"));
        dir = other;
        assertRefused("roberta.embeddings.word_embeddings.weight", "model.safetensors");
    }

    private void assertRefused(String... named) {
        assertThatThrownBy(() -> ModelDirectories.inspect(dir))
                .isInstanceOf(ModelRefused.class)
                .hasMessageEndingWith(".")
                .satisfies(e -> assertThat(e.getMessage()).contains(named));
    }
}
