package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientRequestIdTest {
    @Test
    void isLoggedWhenItIsPlain() {
        assertThat(ClientRequestId.forTheLog("run-7/step:3")).isEqualTo("run-7/step:3");
        assertThat(ClientRequestId.forTheLog("x".repeat(512))).hasSize(512);
    }

    @Test
    void nothingElseReachesTheLog() {
        for (String odd : new String[] {null, "", "a b", "a\nb", "é", "x".repeat(513)}) {
            assertThat(ClientRequestId.forTheLog(odd)).isEqualTo("-");
        }
    }
}
