package org.allodium.corpus;

import java.util.List;
import java.util.stream.Collectors;

/// What a corpus has to say to a conversation.
public sealed interface Find {
    /// Word for word what to say.
    /// @param portal where the addresses of passages begin, such as `https://cloud.example`
    String answer(String portal);

    List<Passage> quoted();

    /// With addresses relative to the portal.
    default String answer() {
        return answer("");
    }

    /// @param quoted the passages in the answer; none where it repeats what the conversation says
    /// @param said what to say before the links
    record Found(List<Passage> quoted, String said) implements Find {
        public Found {
            quoted = List.copyOf(quoted);
        }

        @Override
        public String answer(String portal) {
            return quoted.isEmpty()
                    ? said
                    : quoted.stream()
                            .map(passage -> portal + passage.address())
                            .collect(Collectors.joining(" and ", said + "\n\nHandbook: ", ""));
        }
    }

    /// Nothing in the corpus answers it, and the answer says so.
    record Unknown() implements Find {
        @Override
        public String answer(String portal) {
            return "I do not know: the handbook has nothing about this. All that it has stands"
                    + " under "
                    + portal
                    + "/handbook; for everything else, ask the people who run this installation.";
        }

        @Override
        public List<Passage> quoted() {
            return List.of();
        }
    }
}
