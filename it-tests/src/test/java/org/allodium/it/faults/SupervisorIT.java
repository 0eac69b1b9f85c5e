package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.allodium.it.product.Api;
import org.allodium.it.product.Command;
import org.allodium.it.product.Product;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The supervisor that `up --detach` leaves, beside the running product.
class SupervisorIT {
    @TempDir Path folder;

    /// The suite's own product goes on without one: its other tests kill and restart by hand.
    @AfterEach
    void endTheSupervisor() throws Exception {
        Product.restart();
    }

    @Test
    void theServerSurvivesAnyDeathButItsOwnAndEachRestartIsTold() throws Exception {
        Product.supervise();
        var server = pid("portal");

        for (var victim : List.of(Component.DATABASE, Component.KEYCLOAK, Component.PORTAL)) {
            var before = pid(victim.label());
            Product.kill(victim);
            await(
                    "a new " + victim.program(),
                    () -> !pid(victim.label()).equals(before) && answers() && diary(victim));
            assertThat(pid("portal").equals(server))
                    .as("the server's process after the end of " + victim.program())
                    .isEqualTo(victim != Component.PORTAL);
        }
        assertThat(Command.allodium(folder, "status")).isZero();
        assertThat(said())
                .contains("Supervisor     watches")
                .contains("restarted once")
                .doesNotContain("in vain");
        killed(pid("supervisor"));
        assertThat(Command.allodium(folder, "status")).isZero();
        assertThat(said()).contains("Supervisor     was killed").contains("./allodium up");
        assertThat(answers()).as("a supervisor's end takes nothing with it").isTrue();
        Product.supervise();
        assertThat(Command.allodium(folder, "status")).isZero();
        assertThat(said()).contains("Supervisor     watches");
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
        }
    }

    private static boolean answers() {
        try {
            return Api.as("standard").chat("allodium-guide", "Hi", 2).status() == 200;
        } catch (UncheckedIOException nobodyThere) {
            return false;
        }
    }

    private static boolean diary(Component component) {
        try {
            return Files.readString(Product.home().resolve("run/supervisor.json"))
                    .contains("\"component\":\"" + component.label());
        } catch (IOException between) {
            return false;
        }
    }

    private String said() throws Exception {
        return Files.readString(folder.resolve("out"));
    }

    private static String pid(String label) {
        try {
            return Files.readString(Product.home().resolve("run/" + label + ".pid"));
        } catch (IOException between) {
            return "";
        }
    }

    private static void killed(String recorded) {
        var process = ProcessHandle.of(Long.parseLong(recorded.split(" ", 2)[0])).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }
}
