package org.allodium.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/// Questions with the terms of a right answer, as `it-tests/src/test/resources/guide` has them.
record QuestionFile(List<Judged> questions) {
    /// @param terms all are wanted; each is a list of alternatives
    record Judged(List<Query.Message> before, List<String> turns, String terms) {
        Verdict judge(Function<Query, Find> guide) {
            var talk = new ArrayList<>(before);
            Find find = new Find.Unknown();
            for (var turn : turns) {
                talk.add(new Query.Message("user", turn));
                find = guide.apply(Query.of(talk));
                talk.add(new Query.Message("assistant", find.answer()));
            }
            boolean unknown = find instanceof Find.Unknown;
            if (terms.equals("!unknown")) {
                return unknown ? Verdict.RIGHT : Verdict.WRONG;
            }
            if (unknown) {
                return Verdict.UNKNOWN;
            }
            return holds(find.answer().toLowerCase(Locale.ROOT)) ? Verdict.RIGHT : Verdict.WRONG;
        }

        private boolean holds(String answer) {
            return Stream.of(terms.split(";"))
                    .allMatch(
                            term ->
                                    Stream.of(term.split("/"))
                                            .map(word -> word.strip().toLowerCase(Locale.ROOT))
                                            .anyMatch(answer::contains));
        }
    }

    enum Verdict {
        RIGHT,
        WRONG,
        UNKNOWN
    }

    static QuestionFile read(String name) {
        var file = Path.of("../../it-tests/src/test/resources/guide", name);
        try (var lines = Files.lines(file)) {
            return new QuestionFile(
                    lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(QuestionFile::judged)
                            .toList());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Judged judged(String line) {
        int bar = line.lastIndexOf('|');
        var text = line.substring(0, bar).strip();
        var before = new ArrayList<Query.Message>();
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            before.add(new Query.Message("system", text.substring(1, end)));
            text = text.substring(end + 1).strip();
        }
        var turns = Stream.of(text.split(">>")).map(String::strip).toList();
        return new Judged(before, turns, line.substring(bar + 1).strip());
    }
}
