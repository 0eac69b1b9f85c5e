package org.allodium.serving.rest;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.identity.Caller;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ChatTools;
import org.allodium.serving.Wishes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of `POST /v1/chat/completions`, checked. What would change the answer and is not done
/// here is refused by name; what changes nothing is taken and forgotten.
record ChatRequest(
        String model,
        List<ChatCommand.Message> messages,
        ChatTools tools,
        Wishes wishes,
        boolean stream,
        boolean includeUsage) {
    private static final int LONGEST_NAME = 256;
    private static final int MOST_TOP_LOGPROBS = 20;
    private static final Set<String> KNOWN =
            with(
                    WishFields.KNOWN,
                    "messages",
                    "max_completion_tokens",
                    "top_logprobs",
                    "response_format",
                    "tools",
                    "tool_choice",
                    "parallel_tool_calls");
    private static final Map<String, Predicate<JsonNode>> HARMLESS =
            Map.ofEntries(
                    Map.entry("user", JsonNode::isString),
                    Map.entry("safety_identifier", JsonNode::isString),
                    Map.entry("prompt_cache_key", JsonNode::isString),
                    Map.entry("metadata", JsonNode::isObject),
                    Map.entry("store", Harmless::isFalse),
                    Map.entry("service_tier", Harmless.oneOf("auto", "default")),
                    Map.entry("functions", Harmless::isEmpty),
                    Map.entry("function_call", Harmless.oneOf("none", "auto")),
                    Map.entry("modalities", Harmless::isTextAlone),
                    Map.entry("reasoning_effort", Harmless.oneOf("none")));

    static ChatRequest of(ObjectNode body) {
        var fields = new Fields(body, "");
        fields.refuseOthers(KNOWN, HARMLESS);
        var wishes = new WishFields(fields);
        var tools = ToolFields.of(fields);
        var format = ToolFields.format(fields, tools, ResponseFormat.of(fields));
        fields.flag("parallel_tool_calls");
        boolean stream = fields.flag("stream");
        return new ChatRequest(
                model(fields),
                ChatMessages.of(fields),
                tools,
                new Wishes(
                        maxTokens(fields, wishes),
                        wishes.sampling(),
                        wishes.ending(format),
                        wishes.choices(),
                        logprobs(fields),
                        format,
                        fields.flag("return_token_ids")),
                stream,
                wishes.includeUsage(stream));
    }

    static Set<String> with(Set<String> some, String... more) {
        var all = new HashSet<>(some);
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }

    static String model(Fields fields) {
        var model = fields.requireText("model");
        if (model.isBlank() || model.length() > LONGEST_NAME) {
            throw fields.invalid("model", "`model` must name a model.");
        }
        return model;
    }

    private static Optional<Integer> maxTokens(Fields fields, WishFields wishes) {
        var old = wishes.maxTokens(1);
        var current = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        if (old.isPresent() && current.isPresent()) {
            throw fields.invalid(
                    "max_tokens", "Give `max_completion_tokens` or `max_tokens`, not both.");
        }
        return current.or(() -> old);
    }

    private static Logprobs logprobs(Fields fields) {
        boolean wanted = fields.flag("logprobs");
        var top = fields.integer("top_logprobs", 0, MOST_TOP_LOGPROBS);
        if (!wanted && top.orElse(0) > 0) {
            throw fields.invalid("top_logprobs", "`top_logprobs` needs `logprobs: true`.");
        }
        return wanted ? new Logprobs(top.orElse(0), Logprobs.NOT_WANTED) : Logprobs.NONE;
    }

    ChatCommand command(Caller caller, Optional<String> residency, Optional<String> dataClass) {
        return new ChatCommand(caller, model, messages, tools, wishes, residency, dataClass);
    }

    static CloudException unsupported(String path, String sentence) {
        return new CloudException(ErrorCode.UNSUPPORTED_PARAMETER, sentence, path, null);
    }
}
