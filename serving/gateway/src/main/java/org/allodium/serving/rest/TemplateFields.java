package org.allodium.serving.rest;

import java.util.Set;
import org.allodium.kernel.Refused;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads what goes to the model's chat template beside the messages: `chat_template_kwargs`, and
/// `reasoning_effort` under its own name. A template takes what it knows and leaves the rest.
final class TemplateFields {
    private static final String NAME = "chat_template_kwargs";
    private static final String EFFORT = "reasoning_effort";
    private static final int MOST_CHARACTERS = 16_384;
    private static final Set<String> EFFORTS =
            Set.of("none", "minimal", "low", "medium", "high", "xhigh");

    /// What the request itself says in its other fields.
    private static final Set<String> TAKEN =
            Set.of(
                    "messages",
                    "tools",
                    "documents",
                    "add_generation_prompt",
                    "continue_final_message",
                    "chat_template",
                    "tokenize");

    private TemplateFields() {}

    /// One JSON object.
    static String of(Fields body) {
        var value = body.get(NAME);
        var variables =
                switch (value) {
                    case null -> JsonMapper.shared().createObjectNode();
                    case ObjectNode given -> given.deepCopy();
                    default -> throw Refused.invalid(NAME, "serving.no-variables", NAME);
                };
        for (var name : variables.propertyNames()) {
            if (TAKEN.contains(name)) {
                var place = NAME + "." + name;
                throw Refused.invalid(place, "serving.said-elsewhere", place);
            }
        }
        body.text(EFFORT)
                .ifPresent(
                        effort -> {
                            if (!EFFORTS.contains(effort)) {
                                throw Refused.invalid(EFFORT, "serving.no-effort");
                            }
                            if (!variables.has(EFFORT)) {
                                variables.put(EFFORT, effort);
                            }
                        });
        var json = variables.toString();
        if (json.length() > MOST_CHARACTERS) {
            throw Refused.invalid(NAME, "serving.too-many-characters", NAME, MOST_CHARACTERS);
        }
        return json;
    }
}
