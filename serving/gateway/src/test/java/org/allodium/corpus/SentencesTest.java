package org.allodium.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentencesTest {
    private static final String TEXT = "Use `a.b c`, e.g. so. Open Keys! Why?\n\nMore: x.";

    @Test
    void endWhereTheNextBegins() {
        assertThat(Sentences.of(TEXT))
                .containsExactly("Use `a.b c`, e.g. so.", "Open Keys!", "Why?", "More: x.");
        assertThat(Sentences.of(" ")).isEmpty();
    }

    @Test
    void theFirstAreOfTheFirstParagraph() {
        assertThat(Sentences.first(TEXT, 1)).isEqualTo("Use `a.b c`, e.g. so.");
        assertThat(Sentences.first(TEXT, 9)).isEqualTo("Use `a.b c`, e.g. so. Open Keys! Why?");
        assertThat(Sentences.first(TEXT, Integer.MAX_VALUE)).isEqualTo(TEXT);
    }

    @Test
    void whatIsAnnouncedComesAlong() {
        var text = "Run this. It works offline:\n\n```sh\nls\n```\n\nThen rest.";
        assertThat(Sentences.first(text, 1)).isEqualTo("Run this.");
        assertThat(Sentences.first(text, 2))
                .isEqualTo("Run this. It works offline:\n\n```sh\nls\n```");
    }
}
