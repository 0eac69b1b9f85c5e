package org.allodium.it.faults;

import java.nio.file.Path;
import java.util.Map;
import org.allodium.it.product.SecondProduct;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `./allodium up` where models are to compute on what is not there: it says so at once and ends,
/// and does not wait until its patience is over. `ProcessorIT` sees it of cores that are not there.
class DeviceIT {
    @TempDir Path folder;

    @ParameterizedTest
    @Tag("long")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    gpu:7 | gpu:7
                    warp:1 | The device warp:1 is neither cpu, nor cores of it
                    """)
    void saysWhatItWaitsForAndWhyThatWillNotCome(String device, String why) throws Exception {
        var devices = Map.of("ALLODIUM_ENGINE_DEVICE", device);
        try (var product = SecondProduct.refused(folder, devices)) {
            product.assertNamesModelsThatCannotStart(why);
        }
    }
}
