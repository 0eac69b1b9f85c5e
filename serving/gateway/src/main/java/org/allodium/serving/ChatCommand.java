package org.allodium.serving;

import java.util.List;
import java.util.Optional;
import org.allodium.engine.ChatPrompt;
import org.allodium.engine.ToolCall;
import org.allodium.identity.Caller;

/// A chat as asked for; no maximum means all that the context holds, up to the platform's cap.
/// @param templateVariables further variables for the model's template, as one JSON object
public record ChatCommand(
        Caller caller,
        String model,
        List<Message> messages,
        ChatTools tools,
        String templateVariables,
        SamplingOptions options,
        Optional<String> residency,
        Optional<String> dataClass)
        implements AnswerCommand {
    public ChatCommand {
        messages = List.copyOf(messages);
    }

    /// Leaves the model's template as it is.
    public ChatCommand(
            Caller caller,
            String model,
            List<Message> messages,
            ChatTools tools,
            SamplingOptions options,
            Optional<String> residency,
            Optional<String> dataClass) {
        this(
                caller,
                model,
                messages,
                tools,
                ChatPrompt.NO_VARIABLES,
                options,
                residency,
                dataClass);
    }

    /// @param toolCallId which call the content is the result of
    public record Message(
            String role, String content, List<ToolCall> toolCalls, Optional<String> toolCallId) {
        public Message {
            toolCalls = List.copyOf(toolCalls);
        }

        public Message(String role, String content) {
            this(role, content, List.of(), Optional.empty());
        }
    }
}
