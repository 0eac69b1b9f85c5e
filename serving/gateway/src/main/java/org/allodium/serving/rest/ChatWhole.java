package org.allodium.serving.rest;

import java.util.ArrayList;
import java.util.List;
import org.allodium.engine.ToolCall;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.AnswerStart;
import org.allodium.serving.SamplingOptions;
import org.allodium.serving.ScoredToken;
import tools.jackson.databind.node.ObjectNode;

/// Chat answers.
final class ChatWhole extends WholeAnswer {
    private final SamplingOptions options;
    private final ChatRequest.Calls spoken;
    private final List<StringBuilder> texts = new ArrayList<>();
    private final List<List<ScoredToken>> tokens = new ArrayList<>();
    private final List<List<ToolCall>> calls = new ArrayList<>();
    private final String[] reasons;

    ChatWhole(Response response, SamplingOptions options, ChatRequest.Calls spoken) {
        super(response);
        this.spoken = spoken;
        this.options = options;
        this.reasons = new String[options.choices()];
        for (int i = 0; i < options.choices(); i++) {
            texts.add(new StringBuilder());
            tokens.add(new ArrayList<>());
            calls.add(new ArrayList<>());
        }
    }

    @Override
    public void text(int choice, String piece) {
        texts.get(choice).append(piece);
    }

    @Override
    public void piece(int choice, AnswerPiece piece) {
        text(choice, piece.text());
        tokens.get(choice).addAll(piece.tokens());
        calls.get(choice).addAll(piece.calls());
    }

    @Override
    public void choiceEnded(int choice, String finishReason) {
        reasons[choice] = finishReason;
    }

    @Override
    ObjectNode body(AnswerStart begun) {
        var body = new ChatChunks(begun, false).head("chat.completion");
        var choices = body.putArray("choices");
        for (int i = 0; i < reasons.length; i++) {
            var choice = choices.addObject();
            choice.put("index", i);
            putMessage(choice, texts.get(i).toString(), calls.get(i));
            choice.putNull("logprobs");
            choice.put("finish_reason", ChatChunks.reason(reasons[i], spoken));
            ChatChunks.addTokens(choice, options, tokens.get(i));
        }
        return body;
    }

    private void putMessage(ObjectNode choice, String text, List<ToolCall> calls) {
        var message = choice.putObject("message").put("role", "assistant");
        if (text.isEmpty() && !calls.isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", text);
        }
        message.putNull("refusal");
        if (!calls.isEmpty() && spoken == ChatRequest.Calls.FUNCTIONS) {
            var only = LegacyFunctions.told(calls.getFirst(), true);
            message.set("function_call", only.put("arguments", calls.getFirst().arguments()));
        } else if (!calls.isEmpty()) {
            var list = message.putArray("tool_calls");
            calls.forEach(call -> ChatChunks.put(list.addObject(), call, call.arguments()));
        }
    }
}
