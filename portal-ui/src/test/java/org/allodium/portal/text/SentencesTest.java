package org.allodium.portal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class SentencesTest {
    @Test
    void aRefusalReadsInTheReadersLanguage() {
        assertThat(Sentences.translate("Another project has this name.", Locale.GERMAN))
                .isEqualTo("Ein anderes Projekt trägt diesen Namen.");
    }

    @Test
    void whatVariesIsCarriedOver() {
        assertThat(Sentences.translate("A key lives between 1 and 365 days.", Locale.GERMAN))
                .isEqualTo("Ein Schlüssel gilt zwischen 1 und 365 Tagen.");
        assertThat(
                        Sentences.translate(
                                "This request may cost up to 0.50 EUR, and the organisation's"
                                        + " running grants can still pay 0.10 EUR.",
                                Locale.GERMAN))
                .isEqualTo(
                        "Diese Anfrage kostet bis zu 0.50 EUR, und die laufenden Bewilligungen"
                                + " der Organisation können noch 0.10 EUR zahlen.");
    }

    @Test
    void theMostSpecialSentenceWins() {
        assertThat(Sentences.translate("There is no such project.", Locale.GERMAN))
                .isEqualTo("Dieses Projekt gibt es nicht.");
        assertThat(
                        Sentences.translate(
                                "Nobody attests at present where Harbour Compute is seated.",
                                Locale.GERMAN))
                .isEqualTo("Niemand bezeugt derzeit, wo Harbour Compute seinen Sitz hat.");
    }

    @Test
    void whatNobodyTranslatedStaysEnglish() {
        assertThat(Sentences.translate("Something new.", Locale.GERMAN))
                .isEqualTo("Something new.");
        assertThat(Sentences.translate("Another project has this name.", Locale.ENGLISH))
                .isEqualTo("Another project has this name.");
    }
}
