package org.allodium.it.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.kernel.RetiredKeys;
import org.allodium.launcher.StackSettings;
import org.junit.jupiter.api.Test;

/// Keys and defaults are what an operator has written into a unit file: none of them changes, comes
/// or goes unseen, and each is described.
class ConfigurationTest {
    private static final Path ROOT = Path.of(System.getProperty("allodium.root", ".."));
    private static final Path PINNED = ROOT.resolve("it-tests/src/test/configuration.txt");

    @Test
    void keysAndDefaultsAreThePinnedOnes() throws Exception {
        var found = lines().collect(Collectors.joining("\n", "", "\n"));
        assertThat(found)
                .as(
                        "a key that has gone or has another name belongs into RetiredKeys, a new or"
                                + " changed one into docs/configuration.md and CHANGELOG.md; then"
                                + " write this into %s",
                        ROOT.relativize(PINNED))
                .isEqualTo(Files.readString(PINNED));
    }

    private static Stream<String> lines() throws Exception {
        var launcher = StackSettings.fromEnvironment(Path.of("/checkout"), Map.of()).toString();
        return Stream.of(
                        Stream.of("# The rooms"),
                        Keys.ofRooms().entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + entry.getValue()),
                        Stream.of("", "# The server"),
                        Keys.ofTheServer().entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + entry.getValue()),
                        Stream.of("", "# The environment", launcher),
                        Keys.ofTheEnvironment().stream())
                .flatMap(lines -> lines);
    }

    @Test
    void onlyTheReadersOfARoomAskTheConfiguration() {
        assertThat(Keys.askElsewhere()).isEmpty();
    }

    @Test
    void everyKeyIsDescribedForThoseWhoRunItAndNoOther() throws Exception {
        var page = Files.readString(ROOT.resolve("docs/configuration.md"));
        var described =
                Pattern.compile("`(ALLODIUM_[A-Z0-9_]+)`")
                        .matcher(page)
                        .results()
                        .map(found -> found.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
        // Examples of how a name is formed.
        described.removeAll(Set.of("ALLODIUM_X_Y", "ALLODIUM_ENGINE_DEVICE_NODE_1"));
        var read =
                Stream.of(
                                Keys.ofRooms().keySet(),
                                Keys.ofTheServer().keySet(),
                                Keys.ofTheEnvironment(),
                                RetiredKeys.successors().keySet())
                        .flatMap(Set::stream)
                        .filter(key -> key.startsWith("allodium.") || key.startsWith("ALLODIUM_"))
                        .map(RetiredKeys::variable)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(described).isEqualTo(read);
    }

    @Test
    void whatIsRetiredIsNotReadAndWhatTookItsPlaceIs() throws Exception {
        assertThat(Keys.ofRooms().keySet())
                .doesNotContainAnyElementsOf(RetiredKeys.successors().keySet())
                .containsAll(RetiredKeys.successors().values());
    }
}
