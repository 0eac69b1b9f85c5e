package org.allodium.it.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// A question to the guide and what a right answer holds; the form is told in
/// `src/test/resources/guide/README.md`.
///
/// @param turns what the person says, one after the other
/// @param terms each a list of alternatives; empty where right is to say that it does not know
record GuideQuestion(String system, List<String> turns, List<List<String>> terms) {
    private static final String UNKNOWN = "!unknown";

    /// How an answer turned out.
    enum Verdict {
        RIGHT,
        /// It says that it does not know, where there is something to know.
        UNKNOWN,
        WRONG
    }

    static List<GuideQuestion> read(String file) {
        try (var in = GuideQuestion.class.getResourceAsStream("/guide/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(GuideQuestion::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GuideQuestion of(String line) {
        var halves = line.split(" \\| ", 2);
        var said = halves[0].strip();
        var system = "";
        if (said.startsWith("[")) {
            int end = said.indexOf(']');
            system = said.substring(1, end);
            said = said.substring(end + 1).strip();
        }
        var wanted = halves[1].strip();
        var terms =
                wanted.equals(UNKNOWN)
                        ? List.<List<String>>of()
                        : Arrays.stream(wanted.split(";"))
                                .map(term -> Arrays.stream(term.split("/")))
                                .map(all -> all.map(String::strip).filter(t -> !t.isEmpty()))
                                .map(all -> all.toList())
                                .toList();
        return new GuideQuestion(system, List.of(said.split(" >> ")), terms);
    }

    /// The messages up to this turn, with what was answered to those before.
    ArrayNode messages(List<String> answers) {
        var messages = JsonMapper.shared().createArrayNode();
        if (!system.isEmpty()) {
            messages.addObject().put("role", "system").put("content", system);
        }
        for (int i = 0; i <= answers.size(); i++) {
            messages.addObject().put("role", "user").put("content", turns.get(i).strip());
            if (i < answers.size()) {
                messages.addObject().put("role", "assistant").put("content", answers.get(i));
            }
        }
        return messages;
    }

    Verdict judge(String answer) {
        boolean unknown = answer.startsWith("I do not know");
        if (unknown) {
            return terms.isEmpty() ? Verdict.RIGHT : Verdict.UNKNOWN;
        }
        var text = answer.toLowerCase(Locale.ROOT);
        boolean held =
                !terms.isEmpty()
                        && terms.stream()
                                .allMatch(term -> term.stream().anyMatch(a -> holds(text, a)));
        return held ? Verdict.RIGHT : Verdict.WRONG;
    }

    private static boolean holds(String text, String term) {
        return text.contains(term.toLowerCase(Locale.ROOT));
    }

    /// The last turn's answer.
    static String ask(GuideQuestion question, Asker asker) {
        var answers = new ArrayList<String>();
        for (var _ : question.turns()) {
            answers.add(asker.answer(question.messages(answers)));
        }
        return answers.getLast();
    }

    interface Asker {
        String answer(ArrayNode messages);
    }
}
