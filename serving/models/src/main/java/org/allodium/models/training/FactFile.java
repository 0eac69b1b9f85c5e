package org.allodium.models.training;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads facts from plain text, one line per thing: `$name = a|b` a shared wording, `@ topic.id` a
/// fact, `= ` its answer, `- ` a pattern to train on, `? ` a pattern kept for the evaluation,
/// `#` a remark.
final class FactFile {

    private final Map<String, String> shared = new LinkedHashMap<>();
    private final List<TrainingFact> facts = new ArrayList<>();
    private String name = "";
    private String answer = "";
    private List<String> asked = new ArrayList<>();
    private List<String> reserved = new ArrayList<>();

    static List<TrainingFact> read(String text) {
        var file = new FactFile();
        text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(file::line);
        file.finish();
        var names = new HashSet<String>();
        for (var fact : file.facts) {
            if (!names.add(fact.topic() + "." + fact.id())) {
                throw new IllegalArgumentException("fact twice: " + fact.topic() + "." + fact.id());
            }
        }
        return List.copyOf(file.facts);
    }

    private void line(String line) {
        var rest = line.substring(1).strip();
        switch (line.charAt(0)) {
            case '#' -> {}
            case '$' -> {
                int equals = rest.indexOf('=');
                shared.put(rest.substring(0, equals).strip(), rest.substring(equals + 1).strip());
            }
            case '@' -> {
                finish();
                name = rest;
            }
            case '=' -> answer = rest;
            case '-' -> asked.addAll(new Wordings(shared).expand(rest));
            case '?' -> reserved.addAll(new Wordings(shared).expand(rest));
            default -> throw new IllegalArgumentException("not a line of a fact file: " + line);
        }
    }

    private void finish() {
        if (!name.isEmpty()) {
            int dot = name.indexOf('.');
            if (dot < 0 || answer.isEmpty() || asked.isEmpty() || reserved.isEmpty()) {
                throw new IllegalArgumentException("incomplete fact: " + name);
            }
            facts.add(
                    new TrainingFact(
                            name.substring(0, dot),
                            name.substring(dot + 1),
                            answer,
                            List.copyOf(asked),
                            List.copyOf(reserved)));
        }
        name = "";
        answer = "";
        asked = new ArrayList<>();
        reserved = new ArrayList<>();
    }
}
