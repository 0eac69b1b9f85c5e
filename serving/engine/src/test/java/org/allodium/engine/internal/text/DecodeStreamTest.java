package org.allodium.engine.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import org.allodium.engine.Golden;
import org.junit.jupiter.api.Test;

class DecodeStreamTest {

    @Test
    void piecesMakeUpTheTextAndNeverSplitACharacter() {
        try (var tokens = Tokens.load(Golden.dir("tokenizer").resolve("tokenizer.json"))) {
            for (var text :
                    new String[] {"👩‍👩‍👧 zwj 👍🏽!", "日本語のテキスト", "Grüße – naïve 🙂", "plain"}) {
                var stream = new DecodeStream(tokens::decodeAnswer);
                var pieces = new ArrayList<String>();
                for (long id : tokens.encode(text)) {
                    pieces.add(stream.push(id));
                }
                pieces.add(stream.flush());
                assertThat(String.join("", pieces)).isEqualTo(text);
                assertThat(pieces).noneMatch(p -> p.contains("\uFFFD"));
                assertThat(pieces)
                        .noneMatch(p -> !p.isEmpty() && Character.isLowSurrogate(p.charAt(0)));
            }
        }
    }

    @Test
    void randomTokensGiveTheTextOfTheWhole() {
        long seed = 11;
        try (var tokens = Tokens.load(Golden.dir("tokenizer").resolve("tokenizer.json"))) {
            var random = new Random(seed);
            for (int round = 0; round < 50; round++) {
                var ids = random.longs(60, 0, 700).toArray();
                var stream = new DecodeStream(tokens::decodeAnswer);
                var text = new StringBuilder();
                for (long id : ids) {
                    text.append(stream.push(id));
                }
                text.append(stream.flush());
                assertThat(text.toString())
                        .describedAs("seed %d", seed)
                        .isEqualTo(tokens.decodeAnswer(ids));
            }
        }
    }
}
