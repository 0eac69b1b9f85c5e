package org.allodium.serving.rest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.identity.Caller;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.SamplingOptions;
import org.allodium.serving.TextCommand;
import org.allodium.serving.TextInput;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of `POST /v1/completions`, checked: one text, texts, one text's token ids, or many.
record TextRequest(
        String model,
        List<TextInput> prompts,
        boolean echo,
        SamplingOptions options,
        boolean stream,
        boolean includeUsage)
        implements Endpoint.Body {
    TextRequest {
        prompts = List.copyOf(prompts);
    }

    private static final TextInputs PROMPTS = new TextInputs("prompt", 512, true);
    private static final int MOST_ANSWERS = 2_048;
    private static final int MOST_LOGPROBS = 5;
    /// The original interface names four; what scores models by it sends more.
    private static final int MOST_STOPS = 16;

    static final Set<String> KNOWN =
            ChatRequest.with(SamplingFields.KNOWN, "prompt", "echo", "best_of", "response_format");

    static final Map<String, Predicate<JsonNode>> HARMLESS =
            Harmless.and(
                    Map.of("user", JsonNode::isString, "add_special_tokens", Harmless::isTrue));

    static TextRequest of(ObjectNode body) {
        var fields = new Fields(body, "");
        fields.refuseOthers(KNOWN, HARMLESS);
        var options = new SamplingFields(fields, MOST_STOPS);
        var format = ResponseFormat.of(fields);
        boolean stream = fields.flag("stream");
        boolean echo = fields.flag("echo");
        var prompts = PROMPTS.of(fields);
        int choices = choices(fields, options);
        if (prompts.size() * choices > MOST_ANSWERS) {
            throw Refused.invalid("n", "serving.too-many-answers", MOST_ANSWERS);
        }
        return new TextRequest(
                ChatRequest.model(fields),
                prompts,
                echo,
                new SamplingOptions(
                        maxTokens(options, echo),
                        options.sampling(),
                        options.ending(format),
                        choices,
                        logprobs(fields, echo),
                        format,
                        fields.flag("return_token_ids")),
                stream,
                options.includeUsage(stream));
    }

    private static Optional<SamplingOptions.MostTokens> maxTokens(
            SamplingFields options, boolean echo) {
        var given = options.maxTokens(0);
        if (given.filter(most -> most.tokens() == 0).isPresent() && !echo) {
            throw Refused.invalid("max_tokens", "serving.no-tokens-without-echo");
        }
        return given;
    }

    private static int choices(Fields fields, SamplingFields options) {
        int choices = options.choices();
        if (fields.integer("best_of", 0, Integer.MAX_VALUE).filter(b -> b > 0).orElse(choices)
                != choices) {
            throw Refused.of(ErrorCode.UNSUPPORTED_PARAMETER, "serving.best-of").at("best_of");
        }
        return choices;
    }

    /// Of the prompt too where it is given back; its tokens alone where nothing is generated.
    private static Logprobs logprobs(Fields fields, boolean echo) {
        int top = fields.integer("logprobs", 0, MOST_LOGPROBS).orElse(Logprobs.NOT_WANTED);
        boolean promptAlone =
                echo && fields.integer("max_tokens", 0, Integer.MAX_VALUE).orElse(1) == 0;
        return new Logprobs(
                top,
                echo ? Math.max(top, promptAlone ? 0 : Logprobs.NOT_WANTED) : Logprobs.NOT_WANTED);
    }

    TextCommand command(Caller caller, Optional<String> residency, Optional<String> dataClass) {
        return new TextCommand(caller, model, prompts, echo, options, residency, dataClass);
    }
}
