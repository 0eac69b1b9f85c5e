package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The history, the rule, and the hook that asks the rule before a commit is made.
class CommitSubjectsTest {
    private static final Path CHECKS = Checkout.root().resolve("deploy/checks");

    /// Made before the rule was checked, and never to be rewritten.
    private static final Set<String> OLDER = Set.of("abc7683180b3", "1611c4514ed3", "944e37cbe65d");

    private record Answer(int status, String text) {}

    @TempDir Path folder;

    /// An archive of the sources has no history to check, nor has a machine without git.
    static boolean hasHistory() throws Exception {
        return Files.exists(Checkout.root().resolve(".git"))
                && run("", "git", "--version").status() == 0;
    }

    @Test
    @EnabledIf("hasHistory")
    void everySubjectOfTheHistoryKeepsTheRule() throws Exception {
        // The checkout may belong to another user than the build, which git else refuses to read.
        var log =
                run(
                        "",
                        "git",
                        "-c",
                        "safe.directory=*",
                        "-C",
                        Checkout.root().toString(),
                        "log",
                        "--no-merges",
                        "--format=%H %s");
        assertThat(log.status()).as(log.text()).isZero();
        var subjects =
                log.text()
                        .lines()
                        .filter(line -> !OLDER.contains(line.substring(0, 12)))
                        .map(line -> line.substring(line.indexOf(' ') + 1))
                        .collect(Collectors.joining("\n", "", "\n"));
        assertThat(subjects).isNotBlank();
        assertThat(judge(subjects)).isEqualTo(new Answer(0, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Keep one address",
                "Embed many texts in one step",
                "Pass the caller on",
                "Bring the demo into one place",
                "Revert \"Keep one address\""
            })
    void takesWhatTellsSomebodyToDoSomething(String subject) throws Exception {
        assertThat(judge(subject)).isEqualTo(new Answer(0, ""));
    }

    @ParameterizedTest
    @CsvSource({
        "Added a page,\"Added\" is not imperative",
        "Adds a page,\"Adds\" is not imperative",
        "Adding a page,\"Adding\" is not imperative",
        "The page is there,\"The\" is not a verb",
        "fix: the page,does not begin with a capital letter",
        "Fix: the page,'begins with a prefix, not with a verb'",
        "Add a page.,ends with a full stop",
        "Format,says too little",
        "Add a page whose title tells at great length all that stands upon its face,has 74 characters"
    })
    void namesWhatIsWrong(String subject, String why) throws Exception {
        var answer = judge(subject);
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.text()).contains(subject, why);
    }

    @Test
    void theHookAsksTheRuleOfTheFirstLineThatIsNoComment() throws Exception {
        var message = folder.resolve("COMMIT_EDITMSG");
        Files.writeString(message, "\n# Please enter\nKeep one address\n\nadded because of x.\n");
        assertThat(hook(message).status()).isZero();
        Files.writeString(message, "# Please enter\nadded a page\n");
        assertThat(hook(message).status()).isEqualTo(1);
        assertThat(hook(message).text()).contains("\"added a page\": does not begin");
    }

    private static Answer judge(String subjects) throws Exception {
        return run(subjects, CHECKS.resolve("subjects").toString());
    }

    /// As git calls it, in a repository that holds the rule where the checkout does.
    private Answer hook(Path message) throws Exception {
        var repository = Files.createDirectories(folder.resolve("repository/deploy/checks/hooks"));
        for (var script : List.of("subjects", "hooks/commit-msg")) {
            var copy = repository.getParent().resolve(script);
            if (!Files.exists(copy)) {
                Files.copy(
                        CHECKS.resolve(script),
                        copy,
                        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        var root = folder.resolve("repository").toString();
        assertThat(run("", "git", "init", "-q", root).status()).isZero();
        return run(
                "",
                "/bin/sh",
                "-c",
                "cd '" + root + "' && deploy/checks/hooks/commit-msg '" + message + "'");
    }

    private static Answer run(String input, String... words) throws Exception {
        try {
            var process =
                    new ProcessBuilder(new ArrayList<>(List.of(words)))
                            .redirectErrorStream(true)
                            .start();
            try (var out = process.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.UTF_8));
            }
            var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(process.waitFor(), text.strip());
        } catch (IOException notInstalled) {
            return new Answer(-1, notInstalled.getMessage());
        }
    }
}
