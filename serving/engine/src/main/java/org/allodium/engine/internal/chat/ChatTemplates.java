package org.allodium.engine.internal.chat;

import java.nio.file.Path;
import java.util.Optional;
import org.allodium.engine.ChatPrompt;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.ChatTemplateFile;
import org.allodium.engine.internal.template.ChatTemplate;
import org.jspecify.annotations.Nullable;

/// A model's chat templates: most come with one, some with another for conversations with tools.
/// @param ofTools the one for conversations with tools, which is often the other one too
/// @param style in what form it calls tools; null where tools are refused
/// @param refusal why they are; empty if they are not
public record ChatTemplates(
        ChatTemplate plain, ChatTemplate ofTools, @Nullable ToolStyle style, String refusal) {
    static final String NO_TOOLS = "The model's chat template does not use tools.";

    /// @throws ModelRefused if the one for words uses what is not supported
    public static Optional<ChatTemplates> find(Path dir) {
        return ChatTemplateFile.find(dir).map(ChatTemplate::of).map(plain -> withTools(dir, plain));
    }

    private static ChatTemplates withTools(Path dir, ChatTemplate plain) {
        var own = ChatTemplateFile.findForTools(dir);
        ChatTemplate template;
        try {
            template = own.map(ChatTemplate::of).orElse(plain);
        } catch (ModelRefused e) {
            // For words alone the model will do.
            return new ChatTemplates(plain, plain, null, e.getMessage());
        }
        if (!template.uses("tools")) {
            return new ChatTemplates(plain, template, null, NO_TOOLS);
        }
        return ToolStyle.of(template.source())
                .map(style -> new ChatTemplates(plain, template, style, ""))
                .orElseGet(
                        () ->
                                new ChatTemplates(
                                        plain,
                                        template,
                                        null,
                                        "The form in which the model's chat template calls tools is"
                                                + " not known."));
    }

    /// @param turns makes the texts of users what the template is to see
    String render(ChatPrompt conversation, Turns turns) {
        boolean calls = conversation.messages().stream().anyMatch(Turns::isOfCalls);
        if (calls && style == null) {
            throw new ChatRefused("it has no place for calls of tools and their results");
        }
        var template = calls || !conversation.tools().isEmpty() ? ofTools : plain;
        return template.render(
                turns.messages(conversation.messages()),
                turns.tools(conversation.tools()),
                turns.variables(conversation.variables()));
    }
}
