package org.allodium.engine.internal.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.allodium.engine.WrittenChat.Part;

/// Keeps control tokens written by users from becoming control tokens. Before the template runs,
/// each such text is replaced by one private-use character; after it, the prompt is cut at these
/// characters, so that every piece can be encoded as what it is: the template's text or a user's.
public final class Shield {
    // Supplementary private use area A; what users write of it is replaced like control tokens.
    private static final int FIRST = 0xF0000;
    private static final int LAST = 0xFFFFD;

    private final List<String> controls;
    private final List<String> replaced = new ArrayList<>();

    Shield(List<String> controls) {
        // Longest first: a token may begin with another one.
        this.controls =
                controls.stream().sorted(Comparator.comparing(String::length).reversed()).toList();
    }

    /// The text with every control token replaced.
    /// @throws IllegalArgumentException if there are more of them than a prompt can hold
    public String cover(String text) {
        var covered = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); ) {
            var found = controlAt(text, at);
            if (found.isEmpty()) {
                covered.append(text.charAt(at++));
            } else {
                if (FIRST + replaced.size() > LAST) {
                    throw new IllegalArgumentException("The messages hold too many control tokens");
                }
                covered.appendCodePoint(FIRST + replaced.size());
                replaced.add(found);
                at += found.length();
            }
        }
        return covered.toString();
    }

    private String controlAt(String text, int at) {
        for (var control : controls) {
            if (text.startsWith(control, at)) {
                return control;
            }
        }
        int character = text.codePointAt(at);
        return reserved(character) ? Character.toString(character) : "";
    }

    private static boolean reserved(int character) {
        return character >= FIRST && character <= LAST;
    }

    /// A covered prompt in its parts: the text around what was replaced, and that.
    public List<Part> parts(String prompt) {
        var parts = new ArrayList<Part>();
        int from = 0;
        for (int at = 0; at < prompt.length(); ) {
            int character = prompt.codePointAt(at);
            int next = at + Character.charCount(character);
            if (reserved(character) && character - FIRST < replaced.size()) {
                if (at > from) {
                    parts.add(new Part(prompt.substring(from, at), false));
                }
                parts.add(new Part(replaced.get(character - FIRST), true));
                from = next;
            }
            at = next;
        }
        if (from < prompt.length()) {
            parts.add(new Part(prompt.substring(from), false));
        }
        return parts;
    }
}
