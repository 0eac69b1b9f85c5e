package org.allodium.serving;

import java.util.ArrayList;
import java.util.MissingResourceException;
import java.util.Optional;
import org.allodium.kernel.Sentence;
import org.allodium.kernel.Sentence.Argument;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A sentence in the database: its key and arguments, and what it was in English.
/// @param json nothing in rows that were written before sentences had keys
record StoredSentence(@Nullable String json, String english) {
    private static final StoredSentence NONE = new StoredSentence(null, "");

    static StoredSentence of(Optional<Sentence> sentence) {
        return sentence.map(s -> new StoredSentence(json(s).toString(), s.english())).orElse(NONE);
    }

    Optional<Sentence> sentence() {
        if (english.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                json == null
                        ? Sentence.asSaid(english)
                        : known(sentence(JsonMapper.shared().readTree(json))));
    }

    /// By now the key may have gone, or say something else.
    private Sentence known(Sentence sentence) {
        try {
            return sentence.english().equals(english) ? sentence : Sentence.asSaid(english);
        } catch (MissingResourceException | IndexOutOfBoundsException older) {
            return Sentence.asSaid(english);
        }
    }

    private static ObjectNode json(Sentence sentence) {
        var node = JsonMapper.shared().createObjectNode().put("key", sentence.key());
        var arguments = node.putArray("arguments");
        for (var argument : sentence.arguments()) {
            switch (argument) {
                case Argument.Text(var words) -> arguments.add(words);
                case Argument.Within(var within) -> arguments.add(json(within));
            }
        }
        return node;
    }

    private static Sentence sentence(JsonNode node) {
        var arguments = new ArrayList<Argument>();
        for (var argument : node.path("arguments")) {
            arguments.add(
                    argument.isObject()
                            ? new Argument.Within(sentence(argument))
                            : new Argument.Text(argument.asString()));
        }
        return new Sentence(node.path("key").asString(), arguments);
    }
}
