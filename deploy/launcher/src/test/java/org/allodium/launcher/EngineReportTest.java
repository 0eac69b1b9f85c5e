package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EngineReportTest {
    private static final String READINESS =
            """
            {"checks":[{"name":"database","status":"UP","data":{}},
             {"name":"models","status":"UP","data":{"instructions":"AVX2","own-machine-code":false,
              "computes.guide@home":"fp32 (auto asked for), by PyTorch's operators",
              "failed.trial@home":"An encoder does not run in int4."}}],"status":"UP"}
            """;

    @Test
    void tellsInstructionsPrecisionsAndWhatCannotStart() {
        var report = EngineReport.read(READINESS).orElseThrow();

        assertThat(report.lines(Optional.empty()))
                .containsExactly(
                        "  Engine        AVX2, no own machine code",
                        "    guide@home: fp32 (auto asked for), by PyTorch's operators",
                        "    trial@home cannot start: An encoder does not run in int4.");
        assertThat(report.lines(Optional.of("node-2 at http://127.0.0.1:9090")).getFirst())
                .isEqualTo(
                        "  Engine        AVX2, no own machine code, node-2 at http://127.0.0.1:9090");
        assertThat(report.shown())
                .containsEntry("instructions", "AVX2")
                .containsEntry("own_machine_code", false)
                .containsEntry("failed", Map.of("trial@home", "An encoder does not run in int4."));
    }

    @Test
    void saysNothingOfAServerThatHasNotLoadedItsEngine() {
        assertThat(EngineReport.read("{\"checks\":[{\"name\":\"models\",\"data\":{}}]}")).isEmpty();
        assertThat(EngineReport.read("starting")).isEmpty();
    }
}
