package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AtOnceTest {
    private static final String KEY = "Bearer sk-alo-one";
    private static final String OTHER = "Bearer sk-alo-two";

    private final AtOnce atOnce = new AtOnce();

    @Test
    void nobodyIsAnsweredAtOnceBeforeAnAnswerCameFromMemory() {
        assertThat(atOnce.enter(KEY, 100)).isFalse();
        atOnce.learn(KEY, true);
        assertThat(atOnce.enter(KEY, 100)).isTrue();
        assertThat(atOnce.enter(OTHER, 100)).isFalse();
    }

    @Test
    void whoseModelWasAskedGoesTheUsualWayAgain() {
        atOnce.learn(KEY, true);
        atOnce.learn(KEY, false);
        assertThat(atOnce.enter(KEY, 100)).isFalse();
    }

    @Test
    void whoeverIsSlowHoldsBackNobodyElse() {
        atOnce.learn(KEY, true);
        for (int place = 0; place < AtOnce.PLACES; place++) {
            assertThat(atOnce.enter(KEY, 100)).isTrue();
        }
        assertThat(atOnce.enter(KEY, 100)).isFalse();
        atOnce.leave();
        assertThat(atOnce.enter(KEY, 100)).isTrue();
    }

    @Test
    void aLongBodyGoesTheUsualWay() {
        atOnce.learn(KEY, true);
        assertThat(atOnce.enter(KEY, AtOnce.LONGEST_BODY + 1)).isFalse();
    }

    @Test
    void aCallerWithoutACredentialIsOneToo() {
        atOnce.learn(null, true);
        assertThat(atOnce.enter(null, -1)).isTrue();
    }
}
