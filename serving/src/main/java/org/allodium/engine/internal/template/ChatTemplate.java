package org.allodium.engine.internal.template;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.ChatTemplateFile;
import org.allodium.engine.internal.template.Values.None;

/// A model's chat template, ready to render. Immutable.
///
/// The variables are those that the reference library gives: `messages`, `add_generation_prompt`,
/// the special tokens, and `tools` and `documents` as none. There is no date.
public final class ChatTemplate {
    private final List<Statement> statements;
    private final Map<String, Object> constants;

    private ChatTemplate(List<Statement> statements, Map<String, Object> constants) {
        this.statements = statements;
        this.constants = Map.copyOf(constants);
    }

    /// @throws ModelRefused if the template uses what this subset of Jinja does not know
    public static ChatTemplate of(ChatTemplateFile file) {
        var constants = new HashMap<String, Object>(file.tokens());
        constants.put("tools", None.NONE);
        constants.put("documents", None.NONE);
        constants.put("add_generation_prompt", true);
        try {
            return new ChatTemplate(Parser.parse(file.source()), constants);
        } catch (TemplateRefused e) {
            throw new ModelRefused(
                    "The chat template in %s is not supported: %s."
                            .formatted(file.file(), e.getMessage()),
                    e);
        }
    }

    /// The prompt for the assistant's next turn.
    ///
    /// @throws ChatRefused if the template rejects the conversation
    public String render(List<? extends Map<String, String>> messages) {
        var scope = new HashMap<>(constants);
        scope.put(
                "messages",
                messages.stream().<Object>map(m -> new LinkedHashMap<String, Object>(m)).toList());
        var out = new StringBuilder();
        try {
            Statement.runAll(statements, new Scope(scope), out);
        } catch (RenderFailure e) {
            throw new ChatRefused(
                    "The model's chat template rejects the conversation: " + e.getMessage());
        }
        return out.toString();
    }
}
