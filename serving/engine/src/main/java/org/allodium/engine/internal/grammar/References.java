package org.allodium.engine.internal.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.allodium.engine.FormatRefused;
import org.jspecify.annotations.Nullable;

/// The references of one schema. Each place they lead to becomes one rule, however many lead there.
final class References {
    static final String WHOLE = "#";

    private final int deepest;
    private final Map<String, Node.Rule> rules = new HashMap<>();
    private final Deque<Unread> unread = new ArrayDeque<>();
    // By where a reference stands: those found there before any character is written.
    private final Map<String, List<Step>> open = new HashMap<>();
    private final Map<String, Integer> heights = new HashMap<>();

    /// @param deepest how many references and choices may follow on each other with nothing between
    References(int deepest) {
        this.deepest = deepest;
    }

    private record Step(String to, SchemaPart from, int weight) {}

    /// A rule whose body is not known yet.
    record Unread(Node.Rule rule, String to, SchemaPart from) {
        String pointer() {
            return to.substring(1);
        }

        /// As `$defs.a`.
        String place() {
            var place = pointer().replace('/', '.');
            return place.isEmpty() ? "" : place.substring(1);
        }
    }

    /// @param here the reference that leads to where this one stands, with nothing written between;
    /// `depth` choices lie between
    Node.Rule to(String reference, SchemaPart from, @Nullable String here, int depth) {
        if (here != null) {
            open.computeIfAbsent(here, h -> new ArrayList<>())
                    .add(new Step(reference, from, 1 + depth));
        }
        return rules.computeIfAbsent(
                reference,
                r -> {
                    var rule = new Node.Rule();
                    unread.add(new Unread(rule, r, from));
                    return rule;
                });
    }

    @Nullable Unread next() {
        return unread.poll();
    }

    /// @throws FormatRefused if a reference leads back to itself, or by too many others, before
    /// anything is written
    void check() {
        for (var from : open.keySet()) {
            height(from, 0);
        }
    }

    /// How many references and choices follow on each other from here on. No depth is gone down to
    /// before it is known to be within the bound.
    private int height(String at, int depth) {
        var known = heights.get(at);
        if (known != null) {
            return known;
        }
        heights.put(at, -1);
        int height = 0;
        for (var step : open.getOrDefault(at, List.of())) {
            Effort.spend(1);
            if (heights.getOrDefault(step.to(), 0) < 0) {
                throw refused(step, "`%s` leads back to itself.");
            }
            int reached = depth + step.weight();
            int below = reached < deepest ? height(step.to(), reached) : deepest;
            height = Math.max(height, step.weight() + below);
            if (depth + height > deepest) {
                throw refused(step, "`%s` leads through too many other references.");
            }
        }
        heights.put(at, height);
        return height;
    }

    private static FormatRefused refused(Step step, String sentence) {
        return step.from().refused("$ref", sentence, step.from().at("$ref"));
    }
}
