package org.allodium.it.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Nodes are upgraded one at a time, so a script leaves what the release before it works with, or
/// says that it does not. See decision 0169.
class AdditiveScriptsTest {
    /// The function is there before the first of these runs.
    private static final int FIRST = 100;

    private static final Pattern NUMBER = Pattern.compile("V(\\d+)__.*\\.sql");
    private static final Pattern TAKES_AWAY =
            Pattern.compile(
                    "\\b(drop (table|column|view|function|type|schema)|rename|set not null"
                            + "|alter column \\S+ (set data )?type|truncate|revoke)\\b",
                    Pattern.CASE_INSENSITIVE);
    private static final String ALONE = "evidence.require_alone()";

    @Test
    void whatTakesSomethingAwayWantsNoOtherNodeBesideIt() throws IOException {
        var root = Path.of(System.getProperty("allodium.root", ".."));
        try (var files = Files.walk(root, 9)) {
            var scripts = files.filter(AdditiveScriptsTest::isScript).toList();
            assertThat(scripts).hasSizeGreaterThan(30);
            for (var script : scripts) {
                assertThat(number(script) < FIRST || isSafe(Files.readString(script)))
                        .as("%s takes something away and does not call %s", script, ALONE)
                        .isTrue();
            }
        }
    }

    @Test
    void isNotedWhereItHappens() {
        assertThat(isSafe("alter table billing.slot add column later text")).isTrue();
        for (var taking :
                List.of(
                        "alter table billing.slot drop column intent",
                        "ALTER TABLE a RENAME TO b",
                        "alter table a alter column b type bigint",
                        "alter table a alter column b set not null")) {
            assertThat(isSafe(taking)).as(taking).isFalse();
            assertThat(isSafe("select evidence.require_alone();\n" + taking)).isTrue();
        }
    }

    private static boolean isSafe(String script) {
        return script.contains(ALONE) || !TAKES_AWAY.matcher(script).find();
    }

    private static boolean isScript(Path file) {
        return file.toString().contains("/src/main/resources/db/")
                && NUMBER.matcher(file.getFileName().toString()).matches();
    }

    private static int number(Path script) {
        var number = NUMBER.matcher(script.getFileName().toString());
        return number.matches() ? Integer.parseInt(number.group(1)) : 0;
    }
}
