package org.allodium.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.allodium.sovereignty.Rule;
import org.junit.jupiter.api.Test;

/// The page that explains the plan follows the code.
class ArchitectureTest {
    private static final Path ROOT = Path.of(System.getProperty("allodium.root", ".."));
    private static final int LONGEST_WALK = 10;

    /// `room.internal.Class`, of which only the last part begins with a capital.
    private static final Pattern CLASS = Pattern.compile("`([a-z]+(?:\\.[a-z]+)*\\.[A-Z]\\w+)`");

    private static final Pattern NAMED_TEST = Pattern.compile("`(\\w+(?:IT|Test))`");
    private static final Pattern STEP = Pattern.compile("(?m)^\\| (\\d+) \\| `([^`]+)`");
    private static final Pattern BEGINNING =
            Pattern.compile("(?m)^\\| \\d+ \\| `([\\w.]+)` \\| (`\\w+`(?:, `\\w+`)*) \\|");
    private static final Pattern ARROWS = Pattern.compile("(?m)^[a-z]+(?: → [a-z]+)+$");
    private static final Pattern ROOM =
            Pattern.compile("(?m)^\\| ([a-z]+) \\| .* \\| (`[^|]+`)? ?\\|$");
    private static final Pattern RULE = Pattern.compile("(?m)^\\| (R\\d+) \\| .+ \\| (.+) \\|$");

    @Test
    void everyClassThatIsNamedExists() throws IOException {
        var classes = sources();
        var named = found(CLASS, page()).map(name -> name.group(1)).toList();
        assertThat(named).hasSizeGreaterThan(40);
        assertThat(named)
                .allSatisfy(
                        name ->
                                assertThat(classes)
                                        .anyMatch(
                                                path ->
                                                        path.endsWith(
                                                                "/org/allodium/"
                                                                        + name.replace('.', '/')
                                                                        + ".java")));
    }

    /// A walk that takes more files than that is a walk that nobody takes.
    @Test
    void bothWalksAreShort() throws IOException {
        var walks = new ArrayList<Integer>();
        found(STEP, page())
                .map(step -> Integer.parseInt(step.group(1)))
                .forEach(
                        number -> {
                            if (number == 1) {
                                walks.add(1);
                            } else {
                                assertThat(number).isEqualTo(walks.removeLast() + 1);
                                walks.add(number);
                            }
                        });
        assertThat(walks).hasSize(2).allMatch(steps -> steps <= LONGEST_WALK);
    }

    /// Each step of a walk says where to begin reading.
    @Test
    void everyMethodThatAWalkNamesIsThere() throws IOException {
        var classes = sources();
        var steps = found(BEGINNING, page()).toList();
        assertThat(steps).hasSameSizeAs(found(STEP, page()).toList());
        for (var step : steps) {
            var path = "/org/allodium/" + step.group(1).replace('.', '/') + ".java";
            var source = classes.stream().filter(file -> file.endsWith(path)).findFirst();
            assertThat(source).as(path).isPresent();
            var text = Files.readString(ROOT.resolve(source.get()));
            for (var method : step.group(2).replaceAll("[` ]", "").split(",", -1)) {
                assertThat(text)
                        .as(step.group())
                        .containsPattern(
                                "(?m)^ {4}(?!return |throw )[\\w<>?,. ]+ " + method + "\\(");
            }
        }
    }

    @Test
    void theReadmeHasTheSameRow() throws Exception {
        var readme = Files.readString(ROOT.resolve("README.md"));
        var rows = found(ARROWS, readme).map(row -> List.of(row.group().split(" → ", -1)));
        assertThat(rows.toList()).isEqualTo(List.of(row()));
    }

    @Test
    void theRowIsTheOneThatIsHeld() throws Exception {
        assertThat(found(ROOM, page()).map(room -> room.group(1)).toList()).isEqualTo(row());
    }

    private static Object row() throws ReflectiveOperationException {
        var row = Class.forName("org.allodium.it.arch.Fences").getDeclaredField("ROW");
        row.setAccessible(true);
        return row.get(null);
    }

    @Test
    void everyModuleOfTheRowExists() throws IOException {
        assertThat(found(ROOM, page()).map(room -> room.group(2)).filter(Objects::nonNull))
                .isNotEmpty()
                .allSatisfy(
                        module ->
                                assertThat(ROOT.resolve(module.replace("`", "")).resolve("pom.xml"))
                                        .exists());
    }

    @Test
    void theRulesAreCountedThroughAndThoseThatRefuseDoNotWait() throws IOException {
        var rules = found(RULE, page()).toList();
        assertThat(rules.stream().map(rule -> rule.group(1)).toList())
                .isEqualTo(IntStream.rangeClosed(0, 20).mapToObj(number -> "R" + number).toList());
        var refusing = Stream.of(Rule.values()).map(Rule::id).toList();
        assertThat(rules)
                .filteredOn(rule -> refusing.contains(rule.group(1)))
                .noneMatch(rule -> rule.group(2).contains("waits"));
    }

    /// Of the pages that promise something by naming the tests that show it.
    @Test
    void testsThatPagesNameExist() throws IOException {
        var classes = sources();
        var missing = new TreeSet<String>();
        for (var page : List.of("SECURITY.md", "CONTRIBUTING.md", "docs/architecture.md")) {
            found(NAMED_TEST, Files.readString(ROOT.resolve(page)))
                    .map(name -> name.group(1))
                    .filter(
                            name ->
                                    classes.stream()
                                            .noneMatch(path -> path.endsWith("/" + name + ".java")))
                    .forEach(missing::add);
        }
        assertThat(missing).isEmpty();
    }

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/architecture.md"));
    }

    private static Stream<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    private static List<String> sources() throws IOException {
        try (var all = Files.walk(ROOT)) {
            return all.map(path -> ROOT.relativize(path).toString())
                    .filter(path -> path.endsWith(".java"))
                    .filter(path -> path.contains("src/") && !path.startsWith("."))
                    .toList();
        }
    }
}
