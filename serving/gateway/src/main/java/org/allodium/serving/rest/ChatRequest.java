package org.allodium.serving.rest;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.identity.Caller;
import org.allodium.kernel.Refused;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ChatTools;
import org.allodium.serving.SamplingOptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of `POST /v1/chat/completions`, checked. What would change the answer and is not done
/// here is refused by name; what changes nothing is taken and forgotten.
record ChatRequest(
        String model,
        List<ChatCommand.Message> messages,
        ChatTools tools,
        Calls calls,
        String templateVariables,
        SamplingOptions options,
        boolean stream,
        boolean includeUsage)
        implements Endpoint.Body {
    ChatRequest {
        messages = List.copyOf(messages);
    }

    private static final int LONGEST_NAME = 256;
    private static final int MOST_TOP_LOGPROBS = 20;
    private static final int MOST_METADATA = 16;
    private static final int MOST_STOPS = 4;
    private static final int LONGEST_METADATA_KEY = 64;
    private static final int LONGEST_METADATA_VALUE = 512;
    static final Set<String> KNOWN =
            with(
                    SamplingFields.KNOWN,
                    "messages",
                    "max_completion_tokens",
                    "top_logprobs",
                    "response_format",
                    "tools",
                    "tool_choice",
                    "parallel_tool_calls",
                    "metadata",
                    "chat_template_kwargs",
                    "reasoning_effort");
    static final Map<String, Predicate<JsonNode>> HARMLESS =
            Harmless.and(
                    Map.ofEntries(
                            Map.entry("user", JsonNode::isString),
                            Map.entry("safety_identifier", JsonNode::isString),
                            Map.entry("prompt_cache_key", JsonNode::isString),
                            // How long prefixes stay in memory is said by the operator.
                            Map.entry(
                                    "prompt_cache_retention",
                                    Harmless.oneOf("in_memory", "in-memory")),
                            Map.entry("verbosity", Harmless.oneOf("medium")),
                            Map.entry("add_generation_prompt", Harmless::isTrue),
                            Map.entry("continue_final_message", Harmless::isFalse),
                            Map.entry("add_special_tokens", Harmless::isFalse),
                            Map.entry("echo", Harmless::isFalse),
                            Map.entry("documents", Harmless::isEmpty),
                            Map.entry("store", Harmless::isFalse),
                            Map.entry("service_tier", Harmless.oneOf("auto", "default", "flex")),
                            Map.entry("modalities", Harmless::isTextAlone)));

    /// In which of the two interfaces calls are asked for and told.
    enum Calls {
        TOOLS,
        /// The first one: `functions`, `function_call`.
        FUNCTIONS
    }

    static ChatRequest of(ObjectNode body) {
        if (!LegacyFunctions.present(body)) {
            return of(body, Calls.TOOLS);
        }
        var later = LegacyFunctions.translated(body);
        return LegacyFunctions.naming(() -> of(later, Calls.FUNCTIONS));
    }

    private static ChatRequest of(ObjectNode body, Calls calls) {
        var fields = new Fields(body, "");
        fields.refuseOthers(KNOWN, HARMLESS);
        var options = new SamplingFields(fields, MOST_STOPS);
        var tools = ToolFields.of(fields);
        var format = ToolFields.format(fields, tools, ResponseFormat.of(fields));
        fields.flag("parallel_tool_calls");
        checkMetadata(fields);
        boolean stream = fields.flag("stream");
        return new ChatRequest(
                model(fields),
                ChatMessages.of(fields),
                tools,
                calls,
                TemplateFields.of(fields),
                new SamplingOptions(
                        maxTokens(fields, options),
                        options.sampling(),
                        options.ending(format),
                        options.choices(),
                        logprobs(fields),
                        format,
                        fields.flag("return_token_ids")),
                stream,
                options.includeUsage(stream));
    }

    /// It belongs to a stored answer, and none is stored; what could not be is refused anyway.
    private static void checkMetadata(Fields fields) {
        var value = fields.get("metadata");
        if (value == null) {
            return;
        }
        boolean fits =
                value.isObject()
                        && value.size() <= MOST_METADATA
                        && value.properties().stream()
                                .allMatch(
                                        e ->
                                                e.getKey().length() <= LONGEST_METADATA_KEY
                                                        && e.getValue().isString()
                                                        && e.getValue().asString().length()
                                                                <= LONGEST_METADATA_VALUE);
        if (!fits) {
            throw Refused.invalid(
                    "metadata",
                    "serving.metadata",
                    MOST_METADATA,
                    LONGEST_METADATA_VALUE,
                    LONGEST_METADATA_KEY);
        }
    }

    static Set<String> with(Set<String> some, String... more) {
        var all = new HashSet<>(some);
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }

    static String model(Fields fields) {
        var model = fields.requireText("model");
        if (model.isBlank() || model.length() > LONGEST_NAME) {
            throw Refused.invalid("model", "serving.no-model-named");
        }
        return model;
    }

    private static Optional<SamplingOptions.MostTokens> maxTokens(
            Fields fields, SamplingFields options) {
        var old = options.maxTokens(1);
        var current = SamplingFields.maxTokens(fields, "max_completion_tokens", 1);
        if (old.isPresent() && current.isPresent()) {
            throw Refused.invalid("max_tokens", "serving.max-tokens-twice");
        }
        return current.or(() -> old);
    }

    private static Logprobs logprobs(Fields fields) {
        boolean wanted = fields.flag("logprobs");
        var top = fields.integer("top_logprobs", 0, MOST_TOP_LOGPROBS);
        if (!wanted && top.orElse(0) > 0) {
            throw Refused.invalid("top_logprobs", "serving.top-logprobs-alone");
        }
        return wanted ? new Logprobs(top.orElse(0), Logprobs.NOT_WANTED) : Logprobs.NONE;
    }

    ChatCommand command(Caller caller, Optional<String> residency, Optional<String> dataClass) {
        return new ChatCommand(
                caller, model, messages, tools, templateVariables, options, residency, dataClass);
    }
}
