package org.allodium.serving.rest;

import java.util.List;
import org.allodium.engine.ToolCall;
import org.allodium.serving.AnswerEnd;
import org.allodium.serving.AnswerStart;
import org.allodium.serving.SamplingOptions;
import org.allodium.serving.ScoredToken;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The JSON of chat answers, whole and in chunks. Text completions have their head and usage.
/// See decision 0027.
final class ChatChunks {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final AnswerStart start;
    private final ChatRequest.Calls spoken;
    private final boolean includeUsage;

    ChatChunks(AnswerStart start, boolean includeUsage) {
        this(start, ChatRequest.Calls.TOOLS, includeUsage);
    }

    ChatChunks(AnswerStart start, ChatRequest.Calls spoken, boolean includeUsage) {
        this.spoken = spoken;
        this.start = start;
        this.includeUsage = includeUsage;
    }

    ObjectNode role(int choice) {
        var delta = JSON.createObjectNode().put("role", "assistant").put("content", "");
        return chunk(choice, delta, null);
    }

    ObjectNode text(int choice, String piece) {
        return chunk(choice, JSON.createObjectNode().put("content", piece), null);
    }

    ObjectNode finish(int choice, String reason) {
        return chunk(choice, JSON.createObjectNode(), reason);
    }

    ObjectNode usage(AnswerEnd end) {
        var chunk = head("chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", usageOf(end));
        return chunk;
    }

    private ObjectNode chunk(int choice, ObjectNode delta, @Nullable String reason) {
        var chunk = head("chat.completion.chunk");
        var one = chunk.putArray("choices").addObject();
        one.put("index", choice);
        one.set("delta", delta);
        one.putNull("logprobs");
        one.put("finish_reason", reason == null ? null : reason(reason, spoken));
        if (includeUsage) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    /// Why an answer ended, in the words of the interface that the client speaks.
    static String reason(String reason, ChatRequest.Calls spoken) {
        return spoken == ChatRequest.Calls.FUNCTIONS ? LegacyFunctions.reason(reason) : reason;
    }

    /// The beginning of a call: all but its arguments.
    ObjectNode call(int choice, int index, ToolCall call) {
        return called(choice, index, call, true);
    }

    ObjectNode arguments(int choice, int index, ToolCall call) {
        return called(choice, index, call, false);
    }

    private ObjectNode called(int choice, int index, ToolCall call, boolean begins) {
        var delta = JSON.createObjectNode();
        if (spoken == ChatRequest.Calls.FUNCTIONS) {
            delta.set("function_call", LegacyFunctions.told(call, begins));
            return chunk(choice, delta, null);
        }
        var entry = delta.putArray("tool_calls").addObject().put("index", index);
        if (begins) {
            put(entry, call, "");
        } else {
            entry.putObject("function").put("arguments", call.arguments());
        }
        return chunk(choice, delta, null);
    }

    static void put(ObjectNode entry, ToolCall call, String arguments) {
        entry.put("id", call.id()).put("type", "function");
        entry.putObject("function").put("name", call.name()).put("arguments", arguments);
    }

    /// Adds to a choice what is wanted of its tokens.
    static void addTokens(ObjectNode choice, SamplingOptions options, List<ScoredToken> tokens) {
        if (options.logprobs().ofAnswer()) {
            choice.set("logprobs", TokenJson.scores(tokens));
        }
        if (options.tokens()) {
            choice.set("token_ids", TokenJson.ids(tokens));
        }
    }

    ObjectNode head(String object) {
        return JSON.createObjectNode()
                .put("id", start.requestId())
                .put("object", object)
                .put("created", start.createdAt().getEpochSecond())
                .put("model", start.model())
                .put("system_fingerprint", start.fingerprint())
                .put("service_tier", "default");
    }

    static ObjectNode usageOf(AnswerEnd end) {
        var usage = JSON.createObjectNode();
        usage.put("prompt_tokens", end.promptTokens());
        usage.put("completion_tokens", end.completionTokens());
        usage.put("total_tokens", end.promptTokens() + end.completionTokens());
        usage.putObject("prompt_tokens_details").put("cached_tokens", end.cachedTokens());
        usage.putObject("completion_tokens_details").put("reasoning_tokens", 0);
        return usage;
    }
}
