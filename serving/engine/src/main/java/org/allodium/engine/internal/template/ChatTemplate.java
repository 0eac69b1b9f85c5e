package org.allodium.engine.internal.template;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.ChatTemplateFile;
import org.allodium.engine.internal.template.Values.None;

/// A model's chat template, ready to render. Immutable. The variables are those that the reference
/// library gives: `messages`, `tools`, `add_generation_prompt`, the special tokens, `documents` as
/// none, and `strftime_now`.
public final class ChatTemplate {
    private static final int MOST_CHARACTERS = 1 << 20;

    private final String source;
    private final List<Statement> statements;
    private final Map<String, Object> constants;

    private ChatTemplate(String source, List<Statement> statements, Map<String, Object> constants) {
        this.source = source;
        this.statements = statements;
        this.constants = Map.copyOf(constants);
    }

    /// @throws ModelRefused if the template uses what this subset of Jinja does not know
    public static ChatTemplate of(ChatTemplateFile file) {
        if (file.source().length() > MOST_CHARACTERS) {
            throw new ModelRefused(
                    "The chat template in %s has more than %d characters."
                            .formatted(file.file(), MOST_CHARACTERS));
        }
        var constants = new HashMap<String, Object>(file.tokens());
        constants.put("tools", None.NONE);
        constants.put("documents", None.NONE);
        constants.put("add_generation_prompt", true);
        constants.put("strftime_now", "");
        try {
            return new ChatTemplate(file.source(), Parser.parse(file.source()), constants);
        } catch (TemplateRefused e) {
            throw new ModelRefused(
                    "The chat template in %s is not supported: %s."
                            .formatted(file.file(), e.getMessage()),
                    e);
        }
    }

    public String source() {
        return source;
    }

    /// Whether a name occurs in its tags, so that giving it a value may make a difference.
    public boolean uses(String name) {
        return Lexer.tokens(source).stream().anyMatch(t -> t.is(Token.Kind.NAME, name));
    }

    /// The same without further variables.
    public String render(List<? extends Map<String, ?>> messages, List<?> tools) {
        return render(messages, tools, Map.of());
    }

    /// The prompt for the assistant's next turn.
    /// @param messages each a map as [TemplateValue] makes them
    /// @param tools likewise; empty for none
    /// @param variables further ones; none takes the place of what every template is given
    /// @throws ChatRefused if the template rejects the conversation
    public String render(
            List<? extends Map<String, ?>> messages, List<?> tools, Map<String, ?> variables) {
        var scope = new HashMap<String, Object>(variables);
        scope.putAll(constants);
        scope.put("messages", List.copyOf(messages));
        if (!tools.isEmpty()) {
            scope.put("tools", List.copyOf(tools));
        }
        try {
            return Work.within(
                    characters(messages) + characters(tools) + characters(variables),
                    () -> {
                        var out = new StringBuilder();
                        Statement.runAll(statements, new Scope(scope), out);
                        return out.toString();
                    });
        } catch (RenderFailure e) {
            throw new ChatRefused(
                    "The model's chat template rejects the conversation: " + e.getMessage());
        } catch (StackOverflowError e) {
            // A template can nest values as deeply as it likes while it runs.
            throw new ChatRefused("The model's chat template nests something too deeply.");
        }
    }

    private static long characters(Object given) {
        return switch (given) {
            case String s -> s.length();
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .mapToLong(e -> characters(e.getKey()) + characters(e.getValue()))
                            .sum();
            case Collection<?> list -> list.stream().mapToLong(ChatTemplate::characters).sum();
            default -> 1;
        };
    }
}
