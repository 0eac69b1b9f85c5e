package org.allodium.it.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the rooms say stands in every language of the portal: each sentence that the code names is
/// written, and each that is written is named.
class EverySentenceTest {
    private static final Pattern BUNDLE = Pattern.compile("sentences(?:_([a-z]+))?\\.properties");
    private static final Pattern PORTAL = Pattern.compile("messages_([a-z]+)\\.properties");
    private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");

    /// Nothing of it is ours.
    private static final Set<String> THE_SAME_IN_EVERY_LANGUAGE = Set.of("kernel.as-said");

    /// Of English, which has no suffix.
    private static final String ENGLISH = "";

    private static final SaidInSources IN_SOURCES = read();

    @Test
    void everySentenceThatIsNamedIsWrittenAndNoOther() throws IOException {
        assertThat(IN_SOURCES.unreadable()).as("a key is a literal at the call").isEmpty();
        assertThat(IN_SOURCES.said()).hasSizeGreaterThan(100);
        var named =
                IN_SOURCES.said().stream().map(SaidInSources.Said::key).collect(Collectors.toSet());
        for (var language : languages()) {
            assertThat(words(language).keySet())
                    .as("in language '%s'", language)
                    .containsExactlyInAnyOrderElementsOf(named);
        }
    }

    @Test
    void asManyArgumentsArePutInAsThereArePlaces() throws IOException {
        var english = words(ENGLISH);
        assertThat(IN_SOURCES.said())
                .filteredOn(
                        said ->
                                places(english.getOrDefault(said.key(), "")).size()
                                        != said.arguments())
                .isEmpty();
    }

    @Test
    void placesAreCountedThroughAndTheSameInEveryLanguage() throws IOException {
        var english = words(ENGLISH);
        for (var language : languages()) {
            assertThat(words(language).entrySet())
                    .filteredOn(
                            sentence -> {
                                var places = places(sentence.getValue());
                                var asked = places(english.getOrDefault(sentence.getKey(), ""));
                                return !places.equals(asked) || !places.equals(upTo(places.size()));
                            })
                    .isEmpty();
        }
    }

    @Test
    void noSentenceIsBlankOrLeftInEnglish() throws IOException {
        var english = words(ENGLISH);
        for (var language : languages()) {
            assertThat(words(language).entrySet())
                    .filteredOn(
                            sentence ->
                                    sentence.getValue().isBlank()
                                            || (!language.equals(ENGLISH)
                                                    && isEnglish(sentence, english)))
                    .isEmpty();
        }
    }

    @Test
    void aRoomSaysItsOwnSentencesAndThoseOfRoomsBeforeIt() {
        assertThat(IN_SOURCES.said())
                .filteredOn(
                        said ->
                                Fences.ROW.indexOf(room(said.key()))
                                        > Fences.ROW.indexOf(said.room()))
                .isEmpty();
    }

    private static boolean isEnglish(
            Map.Entry<String, String> sentence, Map<String, String> english) {
        return !THE_SAME_IN_EVERY_LANGUAGE.contains(sentence.getKey())
                && sentence.getValue().equals(english.get(sentence.getKey()));
    }

    private static String room(String key) {
        return key.substring(0, Math.max(0, key.indexOf('.')));
    }

    private static SortedSet<Integer> places(String text) {
        return PLACE.matcher(text)
                .results()
                .map(place -> Integer.parseInt(place.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static SortedSet<Integer> upTo(int count) {
        return Stream.iterate(0, number -> number + 1)
                .limit(count)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// All rooms' words in a language, by their keys.
    private static SortedMap<String, String> words(String language) throws IOException {
        var words = new TreeMap<String, String>();
        for (var bundle : bundles()) {
            var name = BUNDLE.matcher(bundle.getFileName().toString());
            if (name.matches()
                    && language.equals(name.group(1) == null ? ENGLISH : name.group(1))) {
                for (var line : lines(bundle)) {
                    assertThat(room(line.getKey()))
                            .as(line.getKey())
                            .isEqualTo(bundle.getParent().getFileName().toString());
                    assertThat(words.put(line.getKey(), line.getValue()))
                            .as("%s is written twice", line.getKey())
                            .isNull();
                }
            }
        }
        return words;
    }

    /// One sentence a line.
    private static List<Map.Entry<String, String>> lines(Path bundle) throws IOException {
        var lines = new ArrayList<Map.Entry<String, String>>();
        for (var line : Files.readAllLines(bundle)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                assertThat(line).as("%s", bundle).contains("=").doesNotContain("\\");
                int end = line.indexOf('=');
                lines.add(Map.entry(line.substring(0, end), line.substring(end + 1)));
            }
        }
        return lines;
    }

    private static Set<String> languages() throws IOException {
        var languages = new TreeSet<String>();
        languages.add(ENGLISH);
        var texts = Modules.ROOT.resolve("portal-ui/src/main/resources/org/allodium/portal");
        try (var files = Files.list(texts)) {
            files.map(file -> PORTAL.matcher(file.getFileName().toString()))
                    .filter(name -> name.matches())
                    .forEach(name -> languages.add(name.group(1)));
        }
        assertThat(languages).contains("de");
        return Collections.unmodifiableSet(languages);
    }

    private static List<Path> bundles() throws IOException {
        return Modules.files("src/main/resources", "sentences.*\\.properties");
    }

    private static SaidInSources read() {
        try {
            return SaidInSources.read(Modules.files("src/main/java", ".*\\.java"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
