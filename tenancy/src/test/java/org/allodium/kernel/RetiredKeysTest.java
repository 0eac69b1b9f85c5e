package org.allodium.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RetiredKeysTest {
    @Test
    void saysWhatToSetInPlaceOfAnOldKeyInBothSpellings() {
        assertThat(RetiredKeys.refusal(Set.of("allodium.evidence.signing-key-file")::contains))
                .contains(
                        "allodium.evidence.signing-key-file (ALLODIUM_EVIDENCE_SIGNING_KEY_FILE) is"
                                + " no longer read: set allodium.signing-key-file"
                                + " (ALLODIUM_SIGNING_KEY_FILE) in its place.");
    }

    @Test
    void saysNothingOfKeysThatAreRead() {
        assertThat(RetiredKeys.refusal(Set.of("allodium.signing-key-file")::contains)).isEmpty();
    }

    @Test
    void noSuccessorIsRetiredItself() {
        assertThat(RetiredKeys.successors().values())
                .doesNotContainAnyElementsOf(RetiredKeys.successors().keySet());
    }
}
