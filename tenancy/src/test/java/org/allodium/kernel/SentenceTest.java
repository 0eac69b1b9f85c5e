package org.allodium.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.MissingResourceException;
import org.junit.jupiter.api.Test;

class SentenceTest {
    private static final Sentence UNKNOWN =
            Sentence.of(
                    "sovereignty.sink-place-unknown", Sentence.of("sovereignty.activity-receipt"));

    @Test
    void aSentenceWithinIsSaidInTheSameLanguage() {
        assertThat(UNKNOWN.english())
                .isEqualTo("It is unknown where this installation has its receipts.");
        assertThat(UNKNOWN.in(Locale.GERMANY))
                .isEqualTo("Es ist unbekannt, wo diese Anlage Folgendes hat: Belege.");
    }

    @Test
    void aLanguageWithoutWordsReadsEnglish() {
        assertThat(UNKNOWN.in(Locale.FRENCH)).isEqualTo(UNKNOWN.english());
    }

    @Test
    void whatIsPutInIsNoPattern() {
        assertThat(Sentence.asSaid("It's {0} of $1.").english()).isEqualTo("It's {0} of $1.");
    }

    @Test
    void aSentenceThatNobodyWroteIsNone() {
        assertThatThrownBy(Sentence.of("kernel.never-written")::english)
                .isInstanceOf(MissingResourceException.class);
    }
}
