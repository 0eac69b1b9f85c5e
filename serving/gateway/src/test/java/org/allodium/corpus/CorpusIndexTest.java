package org.allodium.corpus;

import static org.allodium.corpus.QueryTest.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.allodium.corpus.QuestionFile.Verdict;
import org.allodium.engine.Encoder;
import org.allodium.engine.Engine;
import org.allodium.models.BundledModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The handbook's own passages with the encoder that comes with the product.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorpusIndexTest {
    private static final int GROUP = 64;

    private Encoder encoder;
    private CorpusIndex index;

    @BeforeAll
    void embedTheHandbook(@TempDir Path dir) {
        BundledModel.ALL_MINILM_L6_V2.writeTo(dir);
        encoder = Engine.loadEncoder(dir);
        index = CorpusIndex.of(Corpus.handbook(), this::vectors);
    }

    @AfterAll
    void closeTheEncoder() {
        encoder.close();
    }

    @Test
    void answersTheFirstSet() {
        var verdicts = verdicts("first.txt");
        assertThat(verdicts.get(Verdict.WRONG)).isNull();
        assertThat(verdicts.get(Verdict.UNKNOWN)).isNull();
        assertThat(verdicts.get(Verdict.RIGHT)).hasSize(60);
    }

    @Test
    @Tag("long")
    void answersTheThirdSet() {
        var verdicts = verdicts("third.txt");
        assertThat(verdicts.getOrDefault(Verdict.WRONG, List.of())).hasSizeLessThanOrEqualTo(4);
        assertThat(verdicts.get(Verdict.RIGHT)).hasSizeGreaterThanOrEqualTo(472);
    }

    @Test
    void answersTheFourthSet() {
        var verdicts = verdicts("fourth.txt");
        assertThat(verdicts.getOrDefault(Verdict.WRONG, List.of())).hasSizeLessThanOrEqualTo(2);
        assertThat(verdicts.get(Verdict.RIGHT)).hasSizeGreaterThanOrEqualTo(146);
    }

    /// Nothing was built for these.
    @Test
    void answersAStrangersSet() {
        var verdicts = verdicts("fifth.txt");
        assertThat(verdicts.getOrDefault(Verdict.WRONG, List.of())).hasSizeLessThanOrEqualTo(2);
        assertThat(verdicts.get(Verdict.RIGHT)).hasSizeGreaterThanOrEqualTo(54);
    }

    @Test
    void answersTheFirstCallInEachWording() {
        assertThat(verdicts("first-call.txt").get(Verdict.RIGHT)).hasSize(100);
    }

    @Test
    void quotesWordForWordAndSaysWhere() {
        assertThat(ask("user", "I lost my key. How do I get it back?"))
                .isInstanceOfSatisfying(
                        Find.Found.class,
                        found -> {
                            var passage = found.quoted().getFirst();
                            assertThat(found.quoted()).hasSize(1);
                            assertThat(found.answer())
                                    .isEqualTo(
                                            passage.text() + "\n\nHandbook: " + passage.address());
                        });
    }

    @Test
    void aFollowUpDoesNotRepeatWhatWasSaid() {
        var first = ask("user", "What is a key?").answer();
        var second =
                ask("user", "What is a key?", "assistant", first, "user", "And how do I get one?");
        assertThat(second.answer())
                .contains("#how-do-i-make-a-key")
                .doesNotContain("#what-is-a-key");
    }

    @Test
    void anotherQuestionIsNotTakenForAFollowUp() {
        for (var question :
                List.of(
                        "Is it possible to apply for a grant?",
                        "How do I apply for a grant?",
                        "I need a grant, is that possible?")) {
            assertThat(ask("user", "What is a receipt?", "user", question).answer())
                    .contains("#how-do-i-apply-for-a-grant");
        }
    }

    @Test
    void whatASystemMessageStatesIsAnAnswer() {
        var desk = "You help the coastal lab. The help desk is in room 12. Answer briefly.";
        assertThat(ask("system", desk, "user", "Where is the help desk?"))
                .isEqualTo(new Find.Found(List.of(), "The help desk is in room 12."));
        assertThat(ask("system", desk, "user", "How do I revoke a key?").answer())
                .contains("#how-do-i-revoke-a-key");
        assertThat(ask("user", "My name is Ada.", "user", "What is my name?").answer())
                .isEqualTo("You said: My name is Ada.");
    }

    @Test
    void aShortAnswerKeepsTheBeginningAndTheLink() {
        var whole = ask("user", "What is a receipt?").answer();
        var brief = ask("system", "Answer in one sentence.", "user", "What is a receipt?").answer();
        assertThat(brief).hasSizeLessThan(whole.length()).contains("signed record", "Handbook: /");
        assertThat(whole).startsWith(brief.substring(0, brief.indexOf("\n\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "?",
                "?!… --- ***",
                "🙂🙂",
                "What is the capital of Sweden?",
                "qwrtz"
            })
    void saysThatItDoesNotKnow(String question) {
        assertThat(ask("user", question))
                .isInstanceOfSatisfying(
                        Find.Unknown.class,
                        unknown ->
                                assertThat(unknown.answer())
                                        .contains("I do not know", "/handbook"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Wie beantrage ich eine Förderung?  | how-do-i-apply-for-a-grant
                    Wie lösche ich mein Konto?         | how-do-i-delete-my-account
                    Was ist die Hauptstadt von Schweden? | none
                    Comment faire un gâteau ?          | none
                    """)
    void ofOtherLanguagesItKnowsLittleAndInventsNothing(String question, String anchor) {
        var find = ask("user", question);
        if (find instanceof Find.Found) {
            assertThat(find.answer()).contains("#" + anchor);
        }
    }

    @Test
    void textsFitTheEncoder() {
        var most = encoder.description().contextLength();
        for (var piece : List.of("x", "?", "한국어", "漢字", "🙂", "é", "\ud83d", "Q9")) {
            var query = query("user", piece.repeat(700_000));
            assertThat(query.texts()).allMatch(text -> encoder.encode(text).length <= most);
            assertThat(index.find(query, vectors(query.texts()))).isInstanceOf(Find.Unknown.class);
        }
    }

    @Test
    void wantsAVectorForEachText() {
        var query = query("user", "What is a key?");
        assertThatIllegalArgumentException().isThrownBy(() -> index.find(query, List.of()));
    }

    private Find ask(String... talk) {
        return find(query(talk));
    }

    private Find find(Query query) {
        return index.find(query, vectors(query.texts()));
    }

    /// The questions by what became of them.
    private Map<Verdict, List<String>> verdicts(String file) {
        return QuestionFile.read(file).questions().stream()
                .collect(
                        Collectors.groupingBy(
                                question -> question.judge(this::find),
                                Collectors.mapping(
                                        question -> String.join(" >> ", question.turns()),
                                        Collectors.toList())));
    }

    private List<float[]> vectors(List<String> texts) {
        var vectors = new ArrayList<float[]>();
        for (int from = 0; from < texts.size(); from += GROUP) {
            var group = texts.subList(from, Math.min(texts.size(), from + GROUP));
            vectors.addAll(encoder.embed(group.stream().map(encoder::encode).toList()));
        }
        return vectors;
    }
}
