package org.allodium.serving.rest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Sampling;
import org.allodium.engine.Sampling.Penalties;
import org.allodium.kernel.Refused;
import org.allodium.serving.SamplingOptions.MostTokens;
import org.allodium.serving.SamplingWish;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the parameters that chat and text completions share.
final class SamplingFields {
    static final Set<String> KNOWN =
            Set.of(
                    "model",
                    "max_tokens",
                    "temperature",
                    "top_p",
                    "top_k",
                    "min_p",
                    "repetition_penalty",
                    "presence_penalty",
                    "frequency_penalty",
                    "logit_bias",
                    "logprobs",
                    "seed",
                    "stop",
                    "ignore_eos",
                    "n",
                    "return_token_ids",
                    "stream",
                    "stream_options");

    private static final int MOST_CHOICES = 128;
    private static final int MOST_BIASES = 1_024;
    private static final int LARGEST_TOP_K = 1_000_000;

    private final Fields fields;
    private final int mostStops;

    /// @param mostStops how many stop texts one request may name
    SamplingFields(Fields fields, int mostStops) {
        this.fields = fields;
        this.mostStops = mostStops;
    }

    int choices() {
        return fields.integer("n", 1, MOST_CHOICES).orElse(1);
    }

    SamplingWish sampling() {
        var topP = fields.number("top_p", 0, 1);
        var temperature = fields.number("temperature", 0, 2);
        // A nucleus of nothing holds the likeliest token alone.
        boolean likeliest = topP.filter(p -> p == 0).isPresent();
        return new SamplingWish(
                likeliest ? Optional.of(0.0) : temperature,
                likeliest ? Optional.of(1.0) : topP,
                // -1 means all, as 0 does.
                fields.integer("top_k", -1, LARGEST_TOP_K).map(k -> Math.max(k, 0)),
                fields.number("min_p", 0, 1),
                fields.number("repetition_penalty", 0.01, 10),
                new Sampling(
                                1,
                                1,
                                fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE).orElse(null))
                        .withPenalties(penalties())
                        .withLogitBias(biases()));
    }

    private Penalties penalties() {
        return new Penalties(
                1,
                fields.number("presence_penalty", -2, 2).orElse(0.0),
                fields.number("frequency_penalty", -2, 2).orElse(0.0));
    }

    private Map<Integer, Double> biases() {
        var value = fields.get("logit_bias");
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof ObjectNode object) || object.size() > MOST_BIASES) {
            throw Refused.invalid("logit_bias", "serving.too-many-biases", MOST_BIASES);
        }
        var inner = new Fields(object, "logit_bias.");
        var biases = new HashMap<Integer, Double>();
        for (var name : object.propertyNames()) {
            if (!name.matches("\\d{1,9}")) {
                throw Refused.invalid(
                        inner.path(name), "serving.key-no-token-id", inner.path(name));
            }
            inner.number(name, -100, 100)
                    .ifPresent(bias -> biases.put(Integer.valueOf(name), bias));
        }
        return biases;
    }

    /// An answer of prescribed form ends where the form does, not elsewhere.
    Ending ending(OutputFormat format) {
        var ending = new Ending(stop(), fields.flag("ignore_eos"));
        boolean free =
                format instanceof OutputFormat.Text
                        || format instanceof OutputFormat.ToolCalls calls && calls.free();
        if (!free) {
            var param = ending.ignoreEos() ? "ignore_eos" : "stop";
            if (ending.ignoreEos() || !ending.stop().isEmpty()) {
                throw Refused.invalid(param, "serving.breaks-the-form", param);
            }
        }
        return ending;
    }

    private List<String> stop() {
        var value = fields.get("stop");
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            return List.of(stopText(value, "stop"));
        }
        if (value.size() > mostStops) {
            throw Refused.invalid("stop", "serving.too-many-stops", mostStops);
        }
        var stops = new ArrayList<String>();
        for (int i = 0; i < value.size(); i++) {
            stops.add(stopText(value.get(i), "stop[" + i + "]"));
        }
        return stops;
    }

    private static String stopText(JsonNode value, String path) {
        var text = Fields.text(value, path);
        if (text.isEmpty()) {
            throw Fields.empty(path);
        }
        return text;
    }

    boolean includeUsage(boolean stream) {
        var value = fields.get("stream_options");
        if (value == null) {
            return false;
        }
        if (!stream) {
            throw Refused.invalid("stream_options", "serving.stream-options-alone");
        }
        if (!(value instanceof ObjectNode options)) {
            throw Fields.noObject("stream_options");
        }
        var inner = new Fields(options, "stream_options.");
        inner.refuseOthers(
                Set.of("include_usage"),
                Map.of(
                        "include_obfuscation", Harmless::isFalse,
                        "continuous_usage_stats", Harmless::isFalse));
        return inner.flag("include_usage");
    }

    Optional<MostTokens> maxTokens(int least) {
        return maxTokens(fields, "max_tokens", least);
    }

    static Optional<MostTokens> maxTokens(Fields fields, String name, int least) {
        return fields.integer(name, least, Integer.MAX_VALUE)
                .map(most -> new MostTokens(most, name));
    }
}
