package org.allodium.portal.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.component.UI;
import java.util.Locale;
import org.allodium.sovereignty.PolicyChoice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamesTest {
    private static void read(Locale language) {
        var reader = new UI();
        reader.setLocale(language);
        UI.setCurrent(reader);
    }

    @AfterEach
    void nobodyReads() {
        UI.setCurrent(null);
    }

    @Test
    void saysWhatACountryBroughtInTheReadersLanguage() {
        assertThat(Names.country("XA")).isEqualTo("Home country (XA)");
        assertThat(Names.policy("national")).isEqualTo("Home country only");
        read(Locale.GERMAN);
        assertThat(Names.country("XA")).isEqualTo("Heimatland (XA)");
        assertThat(Names.policy("national")).isEqualTo("Nur im Heimatland");
        assertThat(Names.policyMeaning(new PolicyChoice("national")))
                .startsWith("Anfragen laufen nur im Heimatland.");
    }

    @Test
    void leavesAPolicyWithoutWordsItsName() {
        assertThat(Names.policy("coastal")).isEqualTo("coastal");
        assertThat(Names.policyMeaning(new PolicyChoice("coastal"))).isEmpty();
        assertThat(Names.policyVersion("national@1+coastal@2"))
                .isEqualTo("Home country only (1) + coastal (2)");
    }

    @Test
    void namesOtherCountriesAsLocaleDataDoes() {
        assertThat(Names.country("NO")).isEqualTo("Norway");
        read(Locale.GERMAN);
        assertThat(Names.country("NO")).isEqualTo("Norwegen");
        assertThat(Names.flag("NO")).isEmpty();
    }

    @Test
    void offersCountriesWithWordsOfTheirOwnFirst() {
        assertThat(Names.countries())
                .startsWith("XA", "XB", "XC", "AF")
                .contains("NO")
                .doesNotHaveDuplicates();
    }
}
