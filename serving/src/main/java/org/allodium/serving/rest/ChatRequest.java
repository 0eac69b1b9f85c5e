package org.allodium.serving.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.allodium.identity.Caller;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.serving.ChatCommand;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of `POST /v1/chat/completions`, checked. What would change the answer and is not done
/// here is refused by name; what changes nothing is taken and forgotten.
record ChatRequest(
        String model,
        List<ChatCommand.Message> messages,
        Optional<Integer> maxTokens,
        double temperature,
        double topP,
        Optional<Long> seed,
        List<String> stop,
        int choices,
        boolean stream,
        boolean includeUsage) {
    private static final int MOST_CHOICES = 128;
    private static final int MOST_STOPS = 4;
    private static final int LONGEST_NAME = 256;
    private static final Set<String> KNOWN =
            Set.of(
                    "model",
                    "messages",
                    "max_tokens",
                    "max_completion_tokens",
                    "temperature",
                    "top_p",
                    "seed",
                    "stop",
                    "n",
                    "stream",
                    "stream_options");
    private static final Map<String, Predicate<JsonNode>> HARMLESS =
            Map.ofEntries(
                    Map.entry("user", JsonNode::isString),
                    Map.entry("safety_identifier", JsonNode::isString),
                    Map.entry("prompt_cache_key", JsonNode::isString),
                    Map.entry("metadata", JsonNode::isObject),
                    Map.entry("store", Harmless::isFalse),
                    Map.entry("service_tier", Harmless.oneOf("auto", "default")),
                    Map.entry("parallel_tool_calls", JsonNode::isBoolean),
                    Map.entry("logprobs", Harmless::isFalse),
                    Map.entry("top_logprobs", Harmless::isZero),
                    Map.entry("logit_bias", Harmless::isEmpty),
                    Map.entry("presence_penalty", Harmless::isZero),
                    Map.entry("frequency_penalty", Harmless::isZero),
                    Map.entry("tools", Harmless::isEmpty),
                    Map.entry("tool_choice", Harmless.oneOf("none", "auto")),
                    Map.entry("functions", Harmless::isEmpty),
                    Map.entry("function_call", Harmless.oneOf("none", "auto")),
                    Map.entry("modalities", Harmless::isTextAlone),
                    Map.entry("reasoning_effort", Harmless.oneOf("none")),
                    Map.entry("response_format", Harmless::isTextFormat));

    static ChatRequest of(ObjectNode body) {
        var fields = new Fields(body, "");
        fields.refuseOthers(KNOWN, HARMLESS);
        boolean stream = fields.flag("stream");
        return new ChatRequest(
                model(fields),
                ChatMessages.of(fields),
                maxTokens(fields),
                fields.number("temperature", 0, 2).orElse(1.0),
                fields.number("top_p", 0, 1).orElse(1.0),
                fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                stop(fields),
                fields.integer("n", 1, MOST_CHOICES).orElse(1),
                stream,
                includeUsage(fields, stream));
    }

    static String model(Fields fields) {
        var model = fields.requireText("model");
        if (model.isBlank() || model.length() > LONGEST_NAME) {
            throw fields.invalid("model", "`model` must name a model.");
        }
        return model;
    }

    private static Optional<Integer> maxTokens(Fields fields) {
        var old = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
        var current = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        if (old.isPresent() && current.isPresent()) {
            throw fields.invalid(
                    "max_tokens", "Give `max_completion_tokens` or `max_tokens`, not both.");
        }
        return current.or(() -> old);
    }

    private static List<String> stop(Fields fields) {
        var value = fields.get("stop");
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            return List.of(stopText(fields, value, "stop"));
        }
        if (value.size() > MOST_STOPS) {
            throw fields.invalid("stop", "`stop` holds at most " + MOST_STOPS + " strings.");
        }
        var stops = new ArrayList<String>();
        for (int i = 0; i < value.size(); i++) {
            stops.add(stopText(fields, value.get(i), "stop[" + i + "]"));
        }
        return stops;
    }

    private static String stopText(Fields fields, JsonNode value, String path) {
        var text = Fields.text(value, path);
        if (text.isEmpty()) {
            throw fields.invalid(path, "`" + path + "` must not be empty.");
        }
        return text;
    }

    private static boolean includeUsage(Fields fields, boolean stream) {
        var value = fields.get("stream_options");
        if (value == null) {
            return false;
        }
        if (!stream) {
            throw fields.invalid(
                    "stream_options", "`stream_options` is for requests with `stream: true`.");
        }
        if (!(value instanceof ObjectNode options)) {
            throw fields.invalid("stream_options", "`stream_options` must be an object.");
        }
        var inner = new Fields(options, "stream_options.");
        inner.refuseOthers(
                Set.of("include_usage"), Map.of("include_obfuscation", Harmless::isFalse));
        return inner.flag("include_usage");
    }

    ChatCommand command(Caller caller, Optional<String> residency, Optional<String> dataClass) {
        return new ChatCommand(
                caller,
                model,
                messages,
                maxTokens,
                temperature,
                topP,
                seed,
                stop,
                choices,
                residency,
                dataClass);
    }

    static CloudException unsupported(String path, String sentence) {
        return new CloudException(ErrorCode.UNSUPPORTED_PARAMETER, sentence, path, null);
    }
}
