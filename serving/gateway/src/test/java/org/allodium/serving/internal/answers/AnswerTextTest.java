package org.allodium.serving.internal.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.allodium.serving.internal.answers.AnswerCache.Answer;
import org.allodium.serving.internal.answers.AnswerCache.Spoken;
import org.junit.jupiter.api.Test;

class AnswerTextTest {
    @Test
    void givesBackWhatWasKept() {
        var answer =
                new Answer(
                        "chatcmpl-1",
                        "norrhamn-cpu",
                        Long.MAX_VALUE,
                        0,
                        List.of(
                                new Spoken(List.of("Blåbær", "", "🫐", "long ".repeat(30_000)), ""),
                                new Spoken(List.of(), "length")));
        assertThat(AnswerText.read(AnswerText.write(answer))).isEqualTo(answer);
        var nothing = new Answer("", "", 0, 0, List.of());
        assertThat(AnswerText.read(AnswerText.write(nothing))).isEqualTo(nothing);
    }

    @Test
    void takesNothingForAnAnswerThatIsNone() {
        var whole =
                AnswerText.write(
                        new Answer("r", "p", 1, 2, List.of(new Spoken(List.of("a"), "stop"))));
        for (int n = 0; n < whole.length; n++) {
            var part = Arrays.copyOf(whole, n);
            assertThatThrownBy(() -> AnswerText.read(part))
                    .isInstanceOf(UncheckedIOException.class);
        }
        for (byte length : new byte[] {-1, 127}) {
            var claims = whole.clone();
            claims[0] = length;
            assertThatThrownBy(() -> AnswerText.read(claims))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }
}
