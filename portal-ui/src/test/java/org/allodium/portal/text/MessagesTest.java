package org.allodium.portal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.allodium.billing.Application;
import org.allodium.billing.FieldOfScience;
import org.allodium.billing.Settlement;
import org.allodium.catalog.Model;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern SAID = Pattern.compile("say\\(\\s*\"([^\"]+)\"\\s*([,)+])");
    private static final Pattern ARGUMENT = Pattern.compile("\\{(\\d)");

    /// Words that German took over or shares, forms without words, and a question to a model that
    /// speaks English.
    private static final Set<String> THE_SAME_IN_GERMAN =
            Set.of(
                    "desk.perimeter.national",
                    "keys.name",
                    "kind.startup",
                    "months.bytes",
                    "models.lookups.encoder",
                    "nav.group.organisation",
                    "nav.team",
                    "playground.placeholder",
                    "policy.excluded",
                    "projects.name",
                    "quota.changed-from-to",
                    "quota.priority.normal",
                    "receipt.gateway",
                    "role.administrator",
                    "shell.organisation",
                    "team.name",
                    "team.person",
                    "team.title");

    @Test
    void allLanguagesHaveTheSameKeys() {
        assertThat(bundle("_de").stringPropertyNames())
                .containsExactlyInAnyOrderElementsOf(bundle("").stringPropertyNames());
    }

    @Test
    void allLanguagesTakeTheSameArguments() {
        var english = bundle("");
        var german = bundle("_de");
        assertThat(english.stringPropertyNames())
                .allSatisfy(
                        key ->
                                assertThat(arguments(german.getProperty(key)))
                                        .as(key)
                                        .isEqualTo(arguments(english.getProperty(key))));
    }

    @Test
    void everyTextIsAFormat() {
        for (var suffix : Set.of("", "_de")) {
            var texts = bundle(suffix);
            assertThat(texts.stringPropertyNames())
                    .allSatisfy(
                            key -> {
                                var text = texts.getProperty(key);
                                assertThat(text).as(key).isNotBlank().doesNotContain("'");
                                assertThat(new MessageFormat(text, Locale.ROOT)).isNotNull();
                            });
        }
    }

    @Test
    void noTextIsLeftInEnglish() {
        var english = bundle("");
        var german = bundle("_de");
        assertThat(english.stringPropertyNames())
                .filteredOn(key -> english.getProperty(key).equals(german.getProperty(key)))
                .containsExactlyInAnyOrderElementsOf(THE_SAME_IN_GERMAN);
    }

    @Test
    void theCodeNamesOnlyKeysThatExist() {
        var keys = bundle("").stringPropertyNames();
        var named = named();
        assertThat(named).hasSizeGreaterThan(200);
        assertThat(named)
                .allSatisfy(
                        key ->
                                assertThat(keys)
                                        .as(key)
                                        .anyMatch(
                                                known ->
                                                        key.endsWith("*")
                                                                ? known.startsWith(
                                                                        key.substring(
                                                                                0,
                                                                                key.length() - 1))
                                                                : known.equals(key)));
    }

    @Test
    void everyConstantHasAName() {
        var keys = bundle("").stringPropertyNames();
        assertThat(keys)
                .containsAll(names("role.", Stream.of(Role.values()).map(Role::label)))
                .containsAll(names("kind.", lower(OrganisationKind.values())))
                .containsAll(names("model.state.", lower(Model.State.values())))
                .containsAll(names("model.modality.", lower(Model.Modality.values())))
                .containsAll(names("application.state.", lower(Application.State.values())))
                .containsAll(names("outcome.", lower(Settlement.Outcome.values())))
                .containsAll(
                        Stream.of(FieldOfScience.values())
                                .map(FieldOfScience::messageKey)
                                .toList());
    }

    @Test
    void saysNumbersInTheReadersWay() {
        assertThat(Messages.say(Locale.GERMAN, "time.ago.days", 1)).isEqualTo("vor 1 Tag");
        assertThat(Messages.say(Locale.ENGLISH, "time.ago.days", 3)).isEqualTo("3 days ago");
    }

    @Test
    void showsTheKeyOfAMissingText() {
        assertThat(Messages.say(Locale.ENGLISH, "no.such.text")).isEqualTo("no.such.text");
    }

    private static Stream<String> lower(Enum<?>[] constants) {
        return Stream.of(constants).map(constant -> constant.name().toLowerCase(Locale.ROOT));
    }

    private static Set<String> names(String prefix, Stream<String> names) {
        return names.map(name -> prefix + name).collect(java.util.stream.Collectors.toSet());
    }

    private static Set<String> arguments(String text) {
        var found = new TreeSet<String>();
        ARGUMENT.matcher(text).results().forEach(match -> found.add(match.group(1)));
        return found;
    }

    private static Properties bundle(String suffix) {
        var path = "/org/allodium/portal/messages" + suffix + ".properties";
        var texts = new Properties();
        try (var in = MessagesTest.class.getResourceAsStream(path)) {
            texts.load(new java.io.InputStreamReader(in, java.nio.charset.StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return texts;
    }

    /// A key that the code completes ends with a star here.
    private static Set<String> named() {
        try (var files = Files.walk(SOURCES)) {
            var named = new TreeSet<String>();
            for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                SAID.matcher(Files.readString(file))
                        .results()
                        .forEach(
                                match ->
                                        named.add(
                                                match.group(1)
                                                        + ("+".equals(match.group(2)) ? "*" : "")));
            }
            return named;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
