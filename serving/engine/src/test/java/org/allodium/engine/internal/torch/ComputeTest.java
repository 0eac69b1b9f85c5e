package org.allodium.engine.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.allodium.engine.ModelRefused;
import org.junit.jupiter.api.Test;

class ComputeTest {
    @Test
    void aSetOfCoresHasAThreadThatKeepsToIt() {
        int core = firstCore();
        try (var whole = Compute.share();
                var some = Compute.share(ComputeDevice.of("cpu:" + core))) {
            int threads = whole.call(JniUtils::getNumThreads);
            assertThat(some.call(ComputeTest::cores)).isEqualTo(Integer.toString(core));
            assertThat(some.call(JniUtils::getNumThreads)).isEqualTo(1);
            assertThat(whole.call(ComputeTest::cores)).isEqualTo(cores());
            assertThat(whole.call(JniUtils::getNumThreads)).isEqualTo(threads);
        }
    }

    @Test
    void copiesOnTheSameCoresTakeTurnsAndOthersDoNotWaitForThem() {
        var place = ComputeDevice.of("cpu:" + firstCore());
        try (var first = Compute.share(place);
                var second = Compute.share(place);
                var whole = Compute.share()) {
            assertThat(first.call(Thread::currentThread))
                    .isSameAs(second.call(Thread::currentThread));
            var goOn = new CountDownLatch(1);
            first.execute(() -> await(goOn));
            // Comes to its end only because the other thread is not held up.
            whole.run(goOn::countDown);
            assertThat(second.call(() -> goOn.getCount())).isZero();
        }
    }

    @Test
    void refusesCoresThatAreNotThere() {
        assertThatThrownBy(() -> Compute.share(ComputeDevice.of("cpu:1022-1023")))
                .isInstanceOf(ModelRefused.class)
                .hasMessage(
                        "The cores [1022, 1023] are not all among those that this process may use.");
        assertThatThrownBy(() -> Compute.share(ComputeDevice.of("cpu:9999")))
                .isInstanceOf(ModelRefused.class);
    }

    private static int firstCore() {
        return Integer.parseInt(cores().split("[-,]")[0]);
    }

    private static String cores() {
        try {
            return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
