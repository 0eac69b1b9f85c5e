package org.allodium.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryTest {
    @Test
    void asksTheLastQuestionWithoutItsGreeting() {
        assertThat(texts("user", "Hello! Could you tell me how to get a grant?"))
                .containsExactly("how to get a grant?");
        assertThat(texts("user", "Hello")).containsExactly("Hello");
        assertThat(texts("user", "  What\n is\u0000 a key?  ")).containsExactly("What is a key?");
    }

    @Test
    void aFollowUpIsCompletedWithWhatTheEarlierOneWasAbout() {
        var query =
                query("user", "What is a key?", "assistant", "…", "user", "And how do I get one?");
        assertThat(query.dependent()).isTrue();
        assertThat(query.texts()).containsExactly("And how do I get one?", "how do I get a key?");
        assertThat(query("user", "What is a key?", "user", "Which ports are used?").dependent())
                .isFalse();
        assertThat(query("user", "And how do I get one?").texts()).hasSize(1);
    }

    @Test
    void aQuestionThatPointsAtNothingStandsAlone() {
        assertThat(query("user", "What is a key?", "user", "Is there a price list?").dependent())
                .isFalse();
    }

    @Test
    void statementsThatHaveAllThatIsAskedAreHeard() {
        var query =
                query(
                        "system",
                        "You are kind. Answer briefly. The help desk is in room 12. Keys are free.",
                        "user",
                        "Where is the help desk?");
        assertThat(query.facts())
                .extracting(Query.Fact::sentence)
                .containsExactly("The help desk is in room 12.");
        assertThat(query.texts()).hasSize(2);
        assertThat(query("user", "I have lost my key.", "user", "What is a key?").facts())
                .isEmpty();
        assertThat(query("user", "My name is Ada.", "user", "What is my name?").facts())
                .containsExactly(new Query.Fact("My name is Ada.", true));
    }

    @Test
    void hearsHowShortAnAnswerShouldBe() {
        assertThat(query("user", "x").sentences()).isEqualTo(Integer.MAX_VALUE);
        assertThat(query("system", "Be brief.", "user", "x").sentences()).isEqualTo(2);
        assertThat(query("system", "Answer in one sentence.", "user", "x").sentences())
                .isEqualTo(1);
    }

    @Test
    void neitherLongMessagesNorManyMakeManyTexts() {
        for (var piece :
                List.of("x", "word ", "?", "한국어", "🙂", "é̂", "\ud83d", "Hello ", "and ")) {
            var query = query("system", piece.repeat(700_000), "user", piece.repeat(700_000));
            assertThat(query.texts())
                    .hasSizeLessThanOrEqualTo(Query.MOST_TEXTS)
                    .allMatch(text -> !text.isEmpty() && text.length() <= 250);
        }
        var talk = new ArrayList<Query.Message>();
        talk.add(new Query.Message("system", "The key is red. ".repeat(1_000)));
        for (int i = 0; i < 5_000; i++) {
            talk.add(new Query.Message("user", "My key " + i + " is blue."));
        }
        talk.add(new Query.Message("user", "Where is my key?"));
        var query = Query.of(talk);
        assertThat(query.texts()).hasSizeLessThanOrEqualTo(Query.MOST_TEXTS);
        assertThat(query.facts()).extracting(Query.Fact::sentence).contains("The key is red.");
    }

    @Test
    void aConversationWithoutAQuestionHasATextAllTheSame() {
        assertThat(Query.of(List.of()).texts()).hasSize(1);
        assertThat(texts("user", "   ")).hasSize(1).doesNotContain("");
        assertThat(texts("system", "The key is red.")).hasSize(1);
        assertThat(Query.of(Collections.nCopies(3, new Query.Message("tool", "x"))).texts())
                .hasSize(1);
    }

    @Test
    void ofALongMessageItsQuestionIsAsked() {
        var report = "We measure rivers and write reports. ".repeat(20);
        assertThat(texts("user", report + "How do I make a key? " + report))
                .containsExactly("How do I make a key?");
    }

    private static List<String> texts(String... talk) {
        return query(talk).texts();
    }

    /// Roles and contents in turn.
    static Query query(String... talk) {
        var messages = new ArrayList<Query.Message>();
        for (int i = 0; i < talk.length; i += 2) {
            messages.add(new Query.Message(talk[i], talk[i + 1]));
        }
        return Query.of(messages);
    }
}
