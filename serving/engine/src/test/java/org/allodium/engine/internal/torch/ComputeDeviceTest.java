package org.allodium.engine.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.allodium.engine.ModelRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {
    @Test
    void readsTheProcessorItsCoresAndGraphicsProcessors() {
        assertThat(ComputeDevice.of("cpu")).isEqualTo(ComputeDevice.CPU);
        assertThat(ComputeDevice.of("cpu:3").cores()).containsExactly(3);
        assertThat(ComputeDevice.of("cpu:32,0-3,2-4").cores()).containsExactly(0, 1, 2, 3, 4, 32);
        assertThat(ComputeDevice.of("cpu:0-3").cpu()).isTrue();
        assertThat(ComputeDevice.of("gpu:12").gpu()).isEqualTo(12);
        assertThat(ComputeDevice.of("gpu:0").cpu()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "tpu", "gpu", "gpu:-1", "cpu:", "cpu:1-", "cpu:a", "cpu:1,,2", "CPU"})
    void refusesWhatItDoesNotKnow(String device) {
        assertThatThrownBy(() -> ComputeDevice.of(device))
                .isInstanceOf(ModelRefused.class)
                .hasMessageStartingWith("The device " + device + " is neither cpu");
    }

    @Test
    void refusesCoresThatEndBeforeTheyBegin() {
        assertThatThrownBy(() -> ComputeDevice.of("cpu:7-3"))
                .isInstanceOf(ModelRefused.class)
                .hasMessage("The cores 7-3 end before they begin.");
    }
}
