package org.allodium.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class WordingsTest {

    private final Wordings wordings = new Wordings(Map.of("how", "how do I|how to"));

    @Test
    void writesOutEveryAlternative() {
        assertThat(wordings.expand("$how {make|get} a key"))
                .containsExactly(
                        "how do I make a key",
                        "how do I get a key",
                        "how to make a key",
                        "how to get a key");
    }

    @Test
    void takesNestedAndEmptyAlternatives() {
        assertThat(wordings.expand("{what is {a key|a grant}|help}{?|}"))
                .containsExactly(
                        "what is a key?",
                        "what is a key",
                        "what is a grant?",
                        "what is a grant",
                        "help?",
                        "help");
    }

    @Test
    void refusesWhatIsNotWellFormed() {
        assertThatThrownBy(() -> wordings.expand("{a|b"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> wordings.expand("$unknown a key"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
