package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.allodium.it.product.Processes;
import org.allodium.it.product.SecondProduct;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `./allodium up` where models are to compute on what is not there: it says so at once and ends,
/// and does not wait until its patience is over.
class DeviceIT {
    @TempDir Path folder;

    @Test
    void saysWhatItWaitsForAndWhyThatWillNotCome() throws Exception {
        saysWhy("cpu:999", "999");
    }

    @ParameterizedTest
    @Tag("long")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    gpu:7 | gpu:7
                    warp:1 | The device warp:1 is neither cpu, nor cores of it
                    """)
    void saysItOfOtherDevicesToo(String device, String why) throws Exception {
        saysWhy(device, why);
    }

    private void saysWhy(String device, String why) throws Exception {
        var devices = Map.of("ALLODIUM_ENGINE_DEVICE", device);
        try (var product = SecondProduct.refused(folder, devices)) {
            assertThat(product.said())
                    .contains("Waiting for ")
                    .containsPattern(
                            "Open Liberty will not become ready: [a-z0-9-]+ on [a-z-]+ cannot start: ")
                    .contains(why)
                    .doesNotContain("did not become ready within")
                    .doesNotContain("Exception");
            assertThat(Processes.in(product.home())).isEmpty();
        }
    }
}
