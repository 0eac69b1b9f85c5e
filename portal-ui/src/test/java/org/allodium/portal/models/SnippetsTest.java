package org.allodium.portal.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SnippetsTest {
    @Test
    void nameTheRightAddressModelAndKeyInEveryLanguage() {
        var snippets = Snippets.of("http://localhost:9080/", "allodium-guide", "sk-alo-abc");
        assertThat(snippets.all().keySet()).containsExactly("curl", "Python", "Java", "JavaScript");
        assertThat(snippets.all().values())
                .allSatisfy(
                        code ->
                                assertThat(code)
                                        .contains(
                                                "http://localhost:9080/v1",
                                                "allodium-guide",
                                                "sk-alo-abc")
                                        .doesNotContain("//v1"));
    }
}
