package org.allodium.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What a later schema takes away from those who read by an earlier one. A field more is no loss;
/// one that is gone, is of another kind or is promised no longer is, and so is one that old
/// documents lack and that is demanded now.
final class AddOnly {
    private static final Set<String> WORDS = Set.of("title", "description", "$id", "$schema");
    private static final Set<String> NAMED = Set.of("properties", "$defs");

    private AddOnly() {}

    /// Each loss by its place; none where the later schema only adds.
    static List<String> losses(JsonNode earlier, JsonNode later) {
        var losses = new ArrayList<String>();
        compare("", earlier, later, losses);
        return losses;
    }

    private static void compare(String at, JsonNode earlier, JsonNode later, List<String> losses) {
        for (var keyword : earlier.propertyNames()) {
            if (!WORDS.contains(keyword)) {
                keyword(at, keyword, earlier.get(keyword), later.path(keyword), losses);
            }
        }
        for (var keyword : later.propertyNames()) {
            if (!earlier.has(keyword) && !WORDS.contains(keyword)) {
                losses.add(at + "/" + keyword + " is a new condition");
            }
        }
    }

    private static void keyword(
            String at, String keyword, JsonNode earlier, JsonNode later, List<String> losses) {
        var here = at + "/" + keyword;
        if (NAMED.contains(keyword)) {
            for (var name : earlier.propertyNames()) {
                if (later.has(name)) {
                    compare(here + "/" + name, earlier.get(name), later.get(name), losses);
                } else {
                    losses.add(here + "/" + name + " is gone");
                }
            }
        } else if (keyword.equals("items")) {
            compare(here, earlier, later, losses);
        } else if (!earlier.equals(later)) {
            losses.add(here + " was " + earlier + ", is " + later);
        }
    }
}
