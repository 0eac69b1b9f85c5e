package org.allodium.corpus;

import java.util.List;

/// A short text that is an answer by itself.
/// @param address where people read it, relative to the portal: `/handbook/keys#what-is-a-key`
/// @param text without markup, but for code
/// @param asked other wordings of the question that it answers
public record Passage(String address, String heading, String text, List<String> asked) {
    public Passage {
        asked = List.copyOf(asked);
    }
}
