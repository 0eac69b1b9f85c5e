package org.allodium.serving;

import java.util.List;
import java.util.function.LongPredicate;

/// What a model reads: a text, or the token ids of one.
public sealed interface TextInput {
    record Text(String text) implements TextInput {}

    record Tokens(List<Long> ids) implements TextInput {
        public Tokens {
            ids = List.copyOf(ids);
        }

        /// The ids, of which `knows` refuses none.
        List<Long> known(LongPredicate knows, String param) {
            for (long id : ids) {
                if (!knows.test(id)) {
                    throw Refusals.noSuchToken(id, param);
                }
            }
            return ids;
        }
    }
}
