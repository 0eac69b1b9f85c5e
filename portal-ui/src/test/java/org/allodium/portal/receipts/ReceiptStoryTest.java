package org.allodium.portal.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.allodium.evidence.SignedReceipt;
import org.allodium.kernel.Money;
import org.allodium.portal.text.Figures;
import org.junit.jupiter.api.Test;

class ReceiptStoryTest {
    private static final Figures FIGURES = Figures.of(Locale.ENGLISH, null, Clock.systemUTC());

    @Test
    void tellsWhatTheReceiptSays() {
        var story =
                ReceiptStory.of(
                        receipt(
                                """
                                {"id":"r1","model":{"name":"allodium-guide"},"usage":{"input_tokens":12},
                                 "cost":"0.0000345","currency":"EUR",
                                 "decision":{"verdicts":[{"pool":"a","eligible":true,"failed":[]},
                                   {"pool":"b","eligible":false,"failed":["R3 place_process"]}]}}"""));
        assertThat(story.text("model", "name")).isEqualTo("allodium-guide");
        assertThat(story.number("usage", "input_tokens")).isEqualTo(12);
        assertThat(story.cost()).contains(Money.euro("0.0000345"));
        assertThat(story.verdicts())
                .containsExactly(
                        new ReceiptStory.Verdict("a", true, List.of()),
                        new ReceiptStory.Verdict("b", false, List.of("R3 place_process")));
    }

    @Test
    void namesTheThirdCountryThatControlsTheOperator() {
        var text =
                """
                {"operator":{"name":"Harbour Compute","country":"XB"},
                 "place":{"facility":"Harbour City","controlled_from":"%s"}}""";
        assertThat(ReceiptView.operator(ReceiptStory.of(receipt(text.formatted("XC")))))
                .startsWith("Harbour Compute, controlled from a third country: ")
                .contains("XC");
        assertThat(ReceiptView.operator(ReceiptStory.of(receipt(text.formatted("XB")))))
                .isEqualTo("Harbour Compute");
        assertThat(ReceiptView.operator(ReceiptStory.of(receipt(text.formatted("ZZ")))))
                .isEqualTo("Harbour Compute, controlled by holders who are not known");
    }

    @Test
    void tellsWhoLookedPassagesUp() {
        var story =
                ReceiptStory.of(
                        receipt(
                                """
                                {"retrieval":{"corpus":"handbook","encoder":{"name":"minilm"},"tokens":12,
                                 "place":{"facility":"Norrhamn","controlled_from":"XA"},
                                 "operator":{"name":"State Computing Centre","country":"XA"},
                                 "passages":["/handbook/keys#what-is-a-key"]}}"""));
        assertThat(ReceiptView.retrieval(story, FIGURES))
                .isEqualTo(
                        "minilm in Norrhamn, State Computing Centre; 12 tokens, included in the"
                                + " price");
        assertThat(story.texts("retrieval", "passages"))
                .containsExactly("/handbook/keys#what-is-a-key");
    }

    @Test
    void aPassageIsNamedByItsHeadingAsLongAsItIsThere() {
        assertThat(ReceiptView.heading("handbook", "/handbook/keys#what-is-a-key"))
                .isEqualTo("What is a key?");
        assertThat(ReceiptView.heading("handbook", "/handbook/keys#gone"))
                .isEqualTo("/handbook/keys#gone");
        assertThat(ReceiptView.heading("of-others", "/x")).isEqualTo("/x");
    }

    @Test
    void readsAReceiptThatLacksParts() {
        var story = ReceiptStory.of(receipt("{\"id\":\"r1\"}"));
        assertThat(story.text("model", "name")).isEmpty();
        assertThat(story.cost()).isEmpty();
        assertThat(story.verdicts()).isEmpty();
    }

    @Test
    void shortensLongIdsOnly() {
        assertThat(ReceiptCard.shortId("chatcmpl-0190f3e2a1b2c3d4")).isEqualTo("chatcmpl…c3d4");
        assertThat(ReceiptCard.shortId("short")).isEqualTo("short");
    }

    private static SignedReceipt receipt(String payload) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        var body = encoder.encodeToString(payload.getBytes(StandardCharsets.UTF_8));
        return new SignedReceipt("r1", UUID.randomUUID(), Instant.EPOCH, "e30." + body + ".c2ln");
    }
}
