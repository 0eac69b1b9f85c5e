package org.allodium.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.Receipt.Caller;
import org.allodium.evidence.Receipt.Computing;
import org.allodium.evidence.Receipt.Draft;
import org.allodium.evidence.Receipt.Making;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ReceiptTest {
    private static final Caller CALLER = FullReceipt.CALLER;
    private static final UUID LAB = CALLER.tenant();

    /// Whatever is renamed in the code, these bytes stay.
    @Test
    void isWrittenInOneFormAlone() {
        assertThat(FullReceipt.receipt().toJson() + "\n")
                .isEqualTo(Golden.text("receipt-3-full.json"));
        assertThat(FullReceipt.receipt().as(2).toJson() + "\n")
                .isEqualTo(Golden.text("receipt-2-full.json"));
    }

    @Test
    void readsAllThatItWrites() {
        var full = FullReceipt.receipt();
        assertThat(Receipt.fromJson(full.toJson())).isEqualTo(full);
        var plain = SampleReceipts.receipt("r-1", LAB);
        assertThat(Receipt.fromJson(plain.toJson())).isEqualTo(plain);
        var draft = SampleReceipts.draft("r-1", CALLER);
        assertThat(Draft.fromJson(draft.toJson())).isEqualTo(draft);
        assertThat(Making.fromJson(full.making().toJson())).isEqualTo(full.making());
        assertThat(Making.fromJson(Making.UNKNOWN.toJson())).isEqualTo(Making.UNKNOWN);
    }

    @Test
    void whatIsNotKnownIsAbsent() {
        var written = JsonMapper.shared().readTree(SampleReceipts.receipt("r-1", LAB).toJson());
        assertThat(written.propertyNames())
                .doesNotContain(
                        "computing",
                        "attestation",
                        "second_site",
                        "energy",
                        "retrieval",
                        "cache",
                        "finish_reasons",
                        "delivery");
        assertThat(written.required("key").isNull()).as("asked in the portal").isTrue();
    }

    @Test
    void whatBecameOfARequestTakesThePlaceOfWhatWasExpected() {
        var draft = SampleReceipts.draft("r-1", CALLER);
        var computed =
                SampleReceipts.site("harbour-cpu")
                        .with(new Computing("k", Optional.empty(), "int8"));
        var made = Making.at(computed).ended(List.of("stop"));
        assertThat(draft.completed(made, SampleReceipts.bill()).making()).isEqualTo(made);
        var broken = draft.completed(Making.UNKNOWN.ofUnknownDelivery(), SampleReceipts.bill());
        assertThat(broken.making()).isEqualTo(draft.making().ofUnknownDelivery());
    }

    @Test
    void aFieldThatALaterVersionBringsIsPassedOver() {
        var receipt = SampleReceipts.receipt("r-1", LAB);
        var later = receipt.toJson().replaceFirst("\\{", "{\"new\":[1],");
        assertThat(Receipt.fromJson(later)).isEqualTo(receipt);
    }

    @Test
    void aTextThatLacksWhatEveryVersionHasIsRefused() {
        assertThatThrownBy(() -> Receipt.fromJson("{\"version\":1,\"id\":\"r1\"}"))
                .hasMessageContaining("time");
        assertThatThrownBy(() -> Receipt.fromJson("no json"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nobodyChangesAReceiptThroughAList() {
        var reasons = new ArrayList<>(List.of("stop"));
        var making = Making.UNKNOWN.ended(reasons);
        reasons.add("length");
        assertThat(making.finishReasons()).contains(List.of("stop"));
    }
}
