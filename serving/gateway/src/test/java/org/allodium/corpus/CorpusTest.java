package org.allodium.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CorpusTest {
    private static final Passage KEY =
            new Passage("/handbook/keys#a", "What is a key?", "A key is a secret.", List.of("key"));

    @Test
    void packsTheHandbook() {
        var handbook = Corpus.handbook();
        assertThat(handbook.name()).isEqualTo("handbook");
        assertThat(handbook.digest()).matches("sha256:[0-9a-f]{64}");
        assertThat(handbook.passages()).hasSizeGreaterThan(230);
        assertThat(handbook.elsewhere()).hasSizeGreaterThan(100).noneMatch(String::isBlank);
        assertThat(handbook.passages())
                .filteredOn(passage -> passage.heading().startsWith("I lost my key"))
                .singleElement()
                .satisfies(
                        passage -> {
                            assertThat(passage.address())
                                    .isEqualTo("/handbook/keys#i-lost-my-key-how-do-i-get-it-back");
                            assertThat(passage.text()).contains("Open Keys and choose Rotate");
                            assertThat(passage.asked()).contains("lost key");
                        });
    }

    @Test
    void keepsCodeAndNoOtherMarkup() {
        assertThat(Corpus.handbook().passages())
                .extracting(Passage::text)
                .allMatch(text -> !text.isBlank())
                .noneMatch(text -> text.contains("](") || text.contains("<!--"))
                .anyMatch(text -> text.contains("`./allodium up`"))
                .anyMatch(text -> text.contains("```sh\ncurl ") && text.endsWith("\n```"));
    }

    @Test
    void itsDigestChangesWithWhateverShapesAnAnswer() {
        var corpus = new Corpus("a", List.of(KEY), List.of("cake"));
        var others =
                Stream.of(
                                new Corpus("b", List.of(KEY), List.of("cake")),
                                new Corpus("a", List.of(), List.of("cake")),
                                new Corpus("a", List.of(KEY), List.of()),
                                with(new Passage("/x", KEY.heading(), KEY.text(), KEY.asked())),
                                with(new Passage(KEY.address(), "x", KEY.text(), KEY.asked())),
                                with(new Passage(KEY.address(), KEY.heading(), "x", KEY.asked())),
                                with(
                                        new Passage(
                                                KEY.address(),
                                                KEY.heading(),
                                                KEY.text(),
                                                List.of())))
                        .map(Corpus::digest)
                        .toList();
        assertThat(others).doesNotHaveDuplicates().doesNotContain(corpus.digest());
        assertThat(with(KEY).digest()).isEqualTo(corpus.digest());
    }

    @Test
    void noTextCanPassForTwo() {
        var one = new Corpus("a", List.of(), List.of("cake", "pie"));
        var other = new Corpus("a", List.of(), List.of("cakepie"));
        assertThat(one.digest()).isNotEqualTo(other.digest());
        var asked = new Passage(KEY.address(), KEY.heading(), KEY.text(), List.of("key", "cake"));
        assertThat(with(KEY).digest())
                .isNotEqualTo(new Corpus("a", List.of(asked), List.of()).digest());
    }

    private static Corpus with(Passage passage) {
        return new Corpus("a", List.of(passage), List.of("cake"));
    }
}
