package org.allodium.serving.internal.answers;

import static org.assertj.core.api.Assertions.assertThat;

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
}
