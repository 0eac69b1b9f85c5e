package org.allodium.engine.internal.text;

import java.util.List;

/// Lets text through until a stop text is complete, and holds back what may be the beginning of
/// one. The stop text that is complete first counts; of those that end together, the longest. So
/// the result does not depend on how the text is cut into pieces.
public final class StopFilter {
    private final List<String> stops;
    private String held = "";
    private boolean stopped;

    public StopFilter(List<String> stops) {
        this.stops = List.copyOf(stops);
    }

    /// Whether a stop text has appeared; nothing is let through afterwards.
    public boolean stopped() {
        return stopped;
    }

    /// Takes the next piece and gives what is safe to show.
    public String push(String piece) {
        if (stopped) {
            return "";
        }
        var text = held + piece;
        int end = Integer.MAX_VALUE;
        int start = 0;
        for (var stop : stops) {
            int at = text.indexOf(stop);
            if (at >= 0
                    && (at + stop.length() < end || (at + stop.length() == end && at < start))) {
                end = at + stop.length();
                start = at;
            }
        }
        if (end < Integer.MAX_VALUE) {
            stopped = true;
            held = "";
            return text.substring(0, start);
        }
        int safe = text.length() - longestBeginning(text);
        held = text.substring(safe);
        return text.substring(0, safe);
    }

    private int longestBeginning(String text) {
        int longest = 0;
        for (var stop : stops) {
            for (int n = Math.min(stop.length() - 1, text.length()); n > longest; n--) {
                if (text.regionMatches(text.length() - n, stop, 0, n)) {
                    longest = n;
                }
            }
        }
        return longest;
    }

    /// What was held back when no more text comes.
    public String flush() {
        var rest = held;
        held = "";
        return rest;
    }
}
