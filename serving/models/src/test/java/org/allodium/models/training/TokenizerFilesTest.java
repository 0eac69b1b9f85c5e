package org.allodium.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerFilesTest {

    private static final List<String> TEXTS =
            List.of(
                    "how do I make a key?",
                    "how do I rotate a key?",
                    "how do I make a project?",
                    "a key is shown once, a project is not");

    @TempDir Path directory;
    private BytePairTrainer.Vocabulary vocabulary =
            BytePairTrainer.learn(TEXTS, TokenizerFiles.SPECIALS, 300);

    @BeforeEach
    void write() {
        TokenizerFiles.write(directory, vocabulary, 128);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "how do I make a key?",
                "  two spaces\tand\n\nlines ",
                "Grüße – ça va? 日本語 🙂👍🏽 مرحبا a\u0301",
                "sk-alo-… 404 'll they're",
                "\r\n\u0000\u007f\u00a0\u00ad",
                ""
            })
    void givesBackEveryText(String text) throws IOException {
        try (var format = new ChatFormat(directory.resolve("tokenizer.json"))) {
            assertThat(format.text(format.ids(text))).isEqualTo(text);
        }
    }

    @Test
    void marksTurnsWithSingleTokens() throws IOException {
        try (var format = new ChatFormat(directory.resolve("tokenizer.json"))) {
            var ids = format.turn("user", "a key");
            assertThat(ids[0]).isEqualTo(1);
            assertThat(ids[ids.length - 2]).isEqualTo(TokenizerFiles.END);
            assertThat(format.text(ids)).isEqualTo("user\na key\n");
        }
    }

    @Test
    void mergesWhatIsFrequent() throws IOException {
        assertThat(vocabulary.tokens()).containsKeys("Ġkey", "Ġproject").hasSizeLessThan(300);
        try (var format = new ChatFormat(directory.resolve("tokenizer.json"))) {
            assertThat(format.ids(" key")).containsExactly(vocabulary.tokens().get("Ġkey"));
        }
    }

    @Test
    void learnsTheSameFromTheSame() {
        assertThat(BytePairTrainer.learn(TEXTS, TokenizerFiles.SPECIALS, 300))
                .isEqualTo(vocabulary);
    }
}
