package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DraftKeysTest {
    @Test
    void onePersonsKeyStaysTheSameAndIsNobodyElses() {
        var ada = keys("secret").of("ada");
        assertThat(keys("secret").of("ada")).isEqualTo(ada);
        assertThat(keys("secret").of("emil").key()).isNotEqualTo(ada.key());
        assertThat(keys("other").of("ada").key()).isNotEqualTo(ada.key());
        assertThat(ada.person()).doesNotContain("ada").isNotEqualTo(ada.key());
    }

    private static DraftKeys keys(String secret) {
        var keys = new DraftKeys();
        keys.secret = Optional.of(secret);
        return keys;
    }
}
