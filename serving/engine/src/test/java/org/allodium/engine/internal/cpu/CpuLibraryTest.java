package org.allodium.engine.internal.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.allodium.engine.internal.torch.Compute;
import org.junit.jupiter.api.Test;

class CpuLibraryTest {
    private static final String NO_COMPILER = "no-such-compiler";

    private final List<LogRecord> logged = new ArrayList<>();

    @Test
    void aMachineWithoutACompilerHasNoOwnCodeAndOneLineSaysSo() {
        assumeThat(Processor.multipliesBytes()).isTrue();
        assumeThat(System.getenv("ALLODIUM_NATIVE")).isNotEqualTo("off");
        var log = Logger.getLogger(CpuLibrary.class.getName());
        var listener = listener();
        log.addHandler(listener);
        try (var compute = Compute.share()) {
            var library =
                    compute.call(() -> CpuLibrary.load(NO_COMPILER, List.of(), List.of(), true));

            assertThat(library).isEmpty();
            assertThat(logged).hasSize(1);
            assertThat(logged.getFirst().getThrown()).isNull();
            assertThat(logged.getFirst().getMessage()).contains(NO_COMPILER);
        } finally {
            log.removeHandler(listener);
        }
    }

    private Handler listener() {
        return new Handler() {
            @Override
            public void publish(LogRecord one) {
                logged.add(one);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
