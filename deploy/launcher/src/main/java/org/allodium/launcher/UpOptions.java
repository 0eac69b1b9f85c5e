package org.allodium.launcher;

import java.util.List;
import java.util.OptionalInt;

/// The words after `./allodium up`.
/// @param nodes empty: as many as at the latest start
record UpOptions(boolean detach, OptionalInt nodes) {

    static UpOptions of(List<String> words) {
        boolean detach = false;
        var nodes = OptionalInt.empty();
        var rest = words.iterator();
        while (rest.hasNext()) {
            var word = rest.next();
            switch (word) {
                case "--detach" -> detach = true;
                case "--nodes" -> nodes = OptionalInt.of(nodes(rest.hasNext() ? rest.next() : ""));
                default ->
                        throw new Trouble(
                                "Unknown option \"" + word + "\"; ./allodium help lists them.");
            }
        }
        return new UpOptions(detach, nodes);
    }

    private static int nodes(String word) {
        return switch (word) {
            case "1" -> 1;
            case "2" -> 2;
            case "" -> throw new Trouble("--nodes takes 1 or 2: how many servers are to run.");
            default ->
                    throw new Trouble(
                            "--nodes takes 1 or 2, not \""
                                    + word
                                    + "\": more nodes are installed by hand, each a server with another ALLODIUM_NODE.");
        };
    }
}
