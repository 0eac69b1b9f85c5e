package org.allodium.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whatever the demo country has is called something, in every language.
class DemoWordsTest {
    private static final Path WORDS = Path.of("src/main/resources/META-INF/allodium");
    private static final Pattern CODE = Pattern.compile("\\bX[A-Z]\\b");

    @ParameterizedTest
    @ValueSource(strings = {"country-words.properties", "country-words_de.properties"})
    void namesEachPolicyAndCountryAndNothingElse(String file) throws IOException {
        var text = Files.readString(Path.of("country.json"));
        var wanted = new TreeSet<String>();
        for (JsonNode policy : JsonMapper.shared().readTree(text).at("/policies/policies")) {
            wanted.add("policy." + policy.get("name").asString() + ".title");
            wanted.add("policy." + policy.get("name").asString() + ".meaning");
        }
        assertThat(wanted).isNotEmpty();
        CODE.matcher(text)
                .results()
                .forEach(
                        code -> {
                            wanted.add("country." + code.group());
                            wanted.add("flag." + code.group());
                        });
        var words = new Properties();
        try (var in = Files.newBufferedReader(WORDS.resolve(file))) {
            words.load(in);
        }
        assertThat(words.stringPropertyNames()).containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(words.values()).noneMatch(said -> said.toString().isBlank());
    }
}
