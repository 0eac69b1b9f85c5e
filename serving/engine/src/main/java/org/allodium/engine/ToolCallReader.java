package org.allodium.engine;

import java.util.List;

/// Tells an answer's words from its calls, while the text comes. What looks like a call and is none
/// (broken JSON, a tool that was not offered) is words.
public interface ToolCallReader {
    /// What is certain by now.
    Found push(String text);

    /// The rest, when no more text comes.
    Found end();

    /// @param text words to show, often empty
    /// @param calls whole calls, in their order
    record Found(String text, List<ToolCall> calls) {
        public Found {
            calls = List.copyOf(calls);
        }
    }
}
