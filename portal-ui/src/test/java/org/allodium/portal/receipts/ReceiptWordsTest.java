package org.allodium.portal.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.allodium.evidence.Receipt.Computing;
import org.allodium.evidence.Receipt.Encoder;
import org.allodium.evidence.Receipt.Operator;
import org.allodium.evidence.Receipt.Place;
import org.allodium.evidence.Receipt.Retrieval;
import org.allodium.evidence.Receipt.Site;
import org.allodium.portal.text.Figures;
import org.junit.jupiter.api.Test;

class ReceiptWordsTest {
    private static final Figures FIGURES = Figures.of(Locale.ENGLISH, null, Clock.systemUTC());

    @Test
    void namesTheThirdCountryThatControlsTheOperator() {
        assertThat(ReceiptView.operator(harbour("XC")))
                .startsWith("Harbour Compute, controlled from a third country: ")
                .contains("XC");
        assertThat(ReceiptView.operator(harbour("XB"))).isEqualTo("Harbour Compute");
        assertThat(ReceiptView.operator(harbour("ZZ")))
                .isEqualTo("Harbour Compute, controlled by holders who are not known");
    }

    private static Site harbour(String controlledFrom) {
        return new Site(
                "harbour-cpu",
                new Place("Harbour City", "XB", controlledFrom, false),
                new Operator("harbour", "Harbour Compute", "XB"));
    }

    @Test
    void saysWhatIsKnownOfTheComputing() {
        var tiles = new Computing("tiles", Optional.of("amx"), "int8");
        assertThat(ReceiptView.computing(tiles)).isEqualTo("tiles, amx, int8");
        var elsewhere = new Computing("kernels", Optional.empty(), "bf16");
        assertThat(ReceiptView.computing(elsewhere)).isEqualTo("kernels, bf16");
    }

    @Test
    void tellsWhoLookedPassagesUp() {
        var norrhamn =
                new Site(
                        "norrhamn-cpu",
                        new Place("Norrhamn", "XA", "XA", true),
                        new Operator("state", "State Computing Centre", "XA"));
        var retrieval =
                new Retrieval(
                        "handbook",
                        "sha256:bb",
                        new Encoder("minilm", "sha256:cc"),
                        norrhamn,
                        12,
                        List.of("/handbook/keys#what-is-a-key"));
        assertThat(ReceiptView.retrieval(retrieval, FIGURES))
                .isEqualTo(
                        "minilm in Norrhamn, State Computing Centre; 12 tokens, included in the"
                                + " price");
    }

    @Test
    void aPassageIsNamedByItsHeadingAsLongAsItIsThere() {
        assertThat(ReceiptView.heading("handbook", "/handbook/keys#what-is-a-key"))
                .isEqualTo("What is a key?");
        assertThat(ReceiptView.heading("handbook", "/handbook/keys#gone"))
                .isEqualTo("/handbook/keys#gone");
        assertThat(ReceiptView.heading("of-others", "/x")).isEqualTo("/x");
    }

    /// Also what the page has no words for.
    @Test
    void theTextIsShownWhole() {
        assertThat(ReceiptView.pretty("{\"x\":[1,\"ä\"]}").replaceAll("\\s", ""))
                .isEqualTo("{\"x\":[1,\"ä\"]}");
    }

    @Test
    void shortensLongIdsOnly() {
        assertThat(ReceiptCard.shortId("chatcmpl-0190f3e2a1b2c3d4")).isEqualTo("chatcmpl…c3d4");
        assertThat(ReceiptCard.shortId("short")).isEqualTo("short");
    }
}
