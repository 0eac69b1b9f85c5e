package org.allodium.engine.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A text that fits is never taken for one that cannot: no token stands for more than it is said
/// to.
class TextPerTokenTest {
    private static final Path BUNDLED =
            Path.of("../models/src/main/resources/models/allodium-guide");
    private static final Path GOLDEN = Path.of("../engine/src/test/resources/golden/tokenizer");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noTokenStandsForMoreTextThanSaid(long seed) throws IOException {
        for (Path folder : List.of(BUNDLED, GOLDEN)) {
            try (var tokens = Tokens.load(folder.resolve("tokenizer.json"))) {
                var texts = new Texts(new Random(seed), words(folder));
                for (int n = 0; n < 200; n++) {
                    var text = texts.next();
                    long bytes = text.getBytes(StandardCharsets.UTF_8).length;
                    assertThat(bytes)
                            .as("seed %d: %s", seed, text)
                            .isLessThanOrEqualTo(
                                    (long) tokens.mostBytesPerToken() * tokens.encode(text).length);
                }
            }
        }
    }

    @Test
    void theLongestTokenIsReached() throws IOException {
        // Else the bound would be true and useless.
        try (var tokens = Tokens.load(BUNDLED.resolve("tokenizer.json"))) {
            assertThat(tokens.mostBytesPerToken()).isBetween(10, 20);
        }
    }

    @Test
    void whereTextMayGetLostTheMostIsAssumed() throws IOException {
        assertThat(changed(file -> file.putObject("normalizer").put("type", "NFC")))
                .isEqualTo(TextPerToken.ASSUMED);
        assertThat(changed(file -> file.putObject("pre_tokenizer").put("type", "Whitespace")))
                .isEqualTo(TextPerToken.ASSUMED);
        assertThat(changed(file -> ((ObjectNode) file.at("/added_tokens/0")).put("lstrip", true)))
                .isEqualTo(TextPerToken.ASSUMED);
        assertThat(changed(file -> ((ObjectNode) file.at("/model/vocab")).remove("Ā")))
                .isEqualTo(TextPerToken.ASSUMED);
        assertThat(changed(file -> ((ObjectNode) file.path("model")).put("type", "WordPiece")))
                .isEqualTo(TextPerToken.ASSUMED);
        assertThat(changed(file -> {})).isLessThan(TextPerToken.ASSUMED);
    }

    private static int changed(Consumer<ObjectNode> change) throws IOException {
        var file = file(BUNDLED);
        change.accept(file);
        return TextPerToken.most(file);
    }

    private static ObjectNode file(Path folder) throws IOException {
        return (ObjectNode)
                JsonMapper.shared().readTree(Files.readAllBytes(folder.resolve("tokenizer.json")));
    }

    private static List<String> words(Path folder) throws IOException {
        try (var tokens = Tokens.load(folder.resolve("tokenizer.json"))) {
            return file(folder)
                    .at("/model/vocab")
                    .valueStream()
                    .map(id -> tokens.decode(new long[] {id.asLong()}))
                    .toList();
        }
    }

    /// What tokens are best and worst at: the vocabulary's own words, control tokens, any
    /// character.
    private record Texts(Random random, List<String> words) {
        String next() {
            var text = new StringBuilder();
            int parts = 1 + random.nextInt(40);
            for (int n = 0; n < parts; n++) {
                switch (random.nextInt(5)) {
                    case 0 -> text.append(" ".repeat(random.nextInt(50)));
                    case 1 -> text.appendCodePoint(character());
                    case 2 -> text.append("<|im_start|>");
                    case 3 -> text.append("e\u0301\n\t");
                    default -> text.append(words.get(random.nextInt(words.size())));
                }
            }
            return text.toString();
        }

        private int character() {
            int any = random.nextInt(0x110000);
            return any >= 0xD800 && any <= 0xDFFF ? 'x' : any;
        }
    }
}
