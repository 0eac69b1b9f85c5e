package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./allodium test`, in a checkout of pretended modules, with a Maven that writes down what it is
/// asked and reports as many tests as the file `ran` says.
class OneTestTest {
    private record Answer(int status, String text, String asked) {}

    @TempDir Path root;

    @BeforeEach
    void layOut() throws Exception {
        Files.copy(
                Checkout.root().resolve("allodium"),
                root.resolve("allodium"),
                java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        testClass("tenancy", "MoneyTest", "");
        testClass("serving/engine", "SlowTest", "@Tag(\"long\")");
        testClass("it-tests", "ReceiptIT", "");
        testClass("it-tests", "SoakIT", "@Tag(\"long\")");
        testClass("it-tests", "RefusalBench", "");
        testClass("it-tests", "FencesTest", "");
        testClass("tenancy", "TwiceTest", "");
        testClass("billing", "TwiceTest", "");
        // What a build leaves is not a second place.
        testClass("tenancy/target", "MoneyTest", "");
        var maven = root.resolve("bin/mvn");
        Files.createDirectories(maven.getParent());
        Files.writeString(
                maven,
                """
                #!/bin/sh
                printf '%s\\n' "$@" > asked
                mkdir -p tenancy/target/surefire-reports
                # A file's time has a grain: what a run writes is later than its start.
                sleep 0.1
                echo "<testsuite tests=\\"$(cat ran)\\" errors=\\"0\\" skipped=\\"0\\" failures=\\"0\\" time=\\"0.1\\">" > tenancy/target/surefire-reports/TEST-x.xml
                """);
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        ran(1);
    }

    @Test
    void runsAUnitTestInItsModuleAndWhatThatNeeds() throws Exception {
        var answer = ask("MoneyTest#rounds");
        assertThat(answer.status()).as(answer.text()).isZero();
        assertThat(answer.asked().lines())
                .contains("test", "tenancy", "-am", "-Dtest=MoneyTest#rounds", "-Dquick")
                .doesNotContain("-Dlong");
        assertThat(answer.text()).endsWith("1 passed, 0 failed");
    }

    @Test
    void findsAModuleInAModuleAndRunsWhatTakesLong() throws Exception {
        assertThat(ask("org.allodium.SlowTest").asked().lines())
                .contains("test", "serving/engine", "-Dtest=org.allodium.SlowTest", "-Dlong");
    }

    @Test
    void runsATestOfTheWholeWithTheProduct() throws Exception {
        assertThat(ask("ReceiptIT").asked().lines())
                .contains("verify", "portal-ui,deploy/launcher,it-tests", "-Dit.test=ReceiptIT")
                .doesNotContain("-Dlong");
        assertThat(ask("SoakIT").asked().lines()).contains("-Dit.test=SoakIT", "-Dlong");
        assertThat(ask("RefusalBench").asked().lines())
                .contains("verify", "-Pbench-gateway", "-Dit.test=RefusalBench");
        assertThat(ask("FencesTest").asked().lines())
                .contains("test", "portal-ui,deploy/launcher,it-tests", "-Dtest=FencesTest");
    }

    @Test
    void passesMavensOwnOptionsOn() throws Exception {
        assertThat(ask("MoneyTest", "-o", "-X").asked().lines()).contains("-o", "-X");
    }

    @Test
    void aRunWithoutATestIsNoSuccess() throws Exception {
        ran(0);
        var answer = ask("MoneyTest#mistyped");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.text()).contains("no test ran: is the method's name right?");
    }

    @Test
    void saysThatThereIsNoSuchClassOrMoreThanOne() throws Exception {
        assertThat(ask("NobodyTest"))
                .isEqualTo(new Answer(1, "allodium: no module has a test class NobodyTest.", ""));
        assertThat(ask("TwiceTest").text())
                .contains("stands in several modules:", "./billing/src", "./tenancy/src");
        assertThat(ask().text()).startsWith("allodium: test takes CLASS");
    }

    private void testClass(String module, String name, String annotation) throws IOException {
        var file = root.resolve(module + "/src/test/java/org/allodium/" + name + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, annotation + "\nclass " + name + " {}\n");
    }

    private void ran(int tests) throws IOException {
        Files.writeString(root.resolve("ran"), Integer.toString(tests));
    }

    private Answer ask(String... arguments) throws Exception {
        Files.deleteIfExists(root.resolve("asked"));
        var words = new java.util.ArrayList<>(List.of("/bin/sh", root + "/allodium", "test"));
        words.addAll(List.of(arguments));
        var builder = new ProcessBuilder(words);
        builder.environment().merge("PATH", "", (path, _) -> root.resolve("bin") + ":" + path);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var process = builder.redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var asked = root.resolve("asked");
        return new Answer(
                process.waitFor(),
                text.strip(),
                Files.exists(asked) ? Files.readString(asked) : "");
    }
}
