package org.allodium.corpus;

import java.util.List;

/// What a corpus has to say to a conversation.
public sealed interface Find {
    /// Word for word what to say.
    String answer();

    /// @param quoted the passages in the answer; none where it repeats what the conversation says
    record Found(List<Passage> quoted, String answer) implements Find {
        public Found {
            quoted = List.copyOf(quoted);
        }
    }

    /// Nothing in the corpus answers it, and the answer says so.
    record Unknown(String answer) implements Find {}
}
