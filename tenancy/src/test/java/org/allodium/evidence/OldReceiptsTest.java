package org.allodium.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.allodium.evidence.Receipt.Draft;
import org.allodium.evidence.Receipt.Making;
import org.allodium.evidence.Receipt.Site;
import org.allodium.evidence.ReceiptVerifier.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// Receipts as the product gave them out before they had a type, with the keys that signed them.
class OldReceiptsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String KEYS = Golden.text("receipts-1/jwks.json");

    static List<String> kinds() {
        return List.of(
                "in-the-portal",
                "retrieval",
                "abroad",
                "two-choices",
                "completion",
                "embedding",
                "cached",
                "cancelled",
                "interrupted",
                "delivery-unknown");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void stillVerify(String kind) {
        assertThat(verify(document(kind))).isInstanceOf(Outcome.Valid.class);
        assertThat(verify(stored(kind).jws())).isInstanceOf(Outcome.Valid.class);
        var altered = document(kind).replaceFirst("\"cost\":\"0", "\"cost\":\"1");
        assertThat(verify(altered)).isInstanceOf(Outcome.Invalid.class);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void areGivenOutByteByByteAsBefore(String kind) {
        assertThat(ProvenReceipt.of(stored(kind)).document()).isEqualTo(document(kind));
    }

    /// Nothing that they say is lost on a reader.
    @ParameterizedTest
    @MethodSource("kinds")
    void areReadWhole(String kind) {
        var receipt = Receipt.fromJson(stored(kind).payload());
        assertThat(receipt.version()).isEqualTo(1);
        assertThat(receipt.request().id()).isEqualTo(stored(kind).id());
        assertThat(JSON.readTree(receipt.toJson()))
                .isEqualTo(JSON.readTree(stored(kind).payload()));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void fitTheirSchemaAndTheLatest(String kind) {
        assertThat(ReceiptSchemaTest.errors(1, stored(kind).payload())).isEmpty();
        assertThat(ReceiptSchemaTest.errors(ReceiptSchema.LATEST, stored(kind).payload()))
                .isEmpty();
    }

    /// The very first ones had neither.
    @Test
    void aDecisionWithoutDigestAndSpillIsRead() {
        var first =
                stored("two-choices")
                        .payload()
                        .replaceFirst("\"hash\":\"[0-9a-f]*\",", "")
                        .replace("\"spill\":false,", "");
        var decision = Receipt.fromJson(first).decision();
        assertThat(decision.hash()).isEmpty();
        assertThat(decision.verdicts()).isNotEmpty().noneMatch(Receipt.Verdict::spill);
        assertThat(ReceiptSchemaTest.errors(1, first)).isEmpty();
    }

    /// A server that died before the change left it, and one of today closes it.
    @Test
    void anIntentThatWasOpenIsCompleted() {
        var draft = Draft.fromJson(Golden.text("receipts-1/open-intent.json"));
        var facts =
                """
                {"pool":"norrhamn-cpu",
                 "place":{"facility":"N","country":"XA","controlled_from":"XA","national":true},
                 "operator":{"id":"o","name":"O","country":"XA"},"finish_reasons":["stop"]}""";
        var made = Making.fromJson(facts).ofUnknownDelivery();
        var receipt = draft.completed(made, SampleReceipts.bill());
        assertThat(receipt.making().site().map(Site::pool)).contains("norrhamn-cpu");
        assertThat(receipt.making().delivery()).contains("unknown");
        assertThat(ReceiptSchemaTest.errors(ReceiptSchema.LATEST, receipt.toJson())).isEmpty();
    }

    private static Outcome verify(String text) {
        return ReceiptVerifier.verify(text.getBytes(StandardCharsets.UTF_8), KEYS);
    }

    private static String document(String kind) {
        return Golden.text("receipts-1/" + kind + ".json");
    }

    /// As the database has it.
    private static SignedReceipt stored(String kind) {
        var document = JSON.readTree(document(kind));
        return new SignedReceipt(
                document.required("id").stringValue(),
                UUID.fromString(document.at("/receipt/tenant").stringValue()),
                Instant.EPOCH,
                document.required("jws").stringValue());
    }
}
