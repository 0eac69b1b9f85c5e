package org.allodium.serving.rest;

import java.util.ArrayList;
import java.util.List;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.AnswerStart;
import org.allodium.serving.ScoredToken;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Continued texts.
final class TextWhole extends WholeAnswer {
    private final TextRequest request;
    private final List<Choice> choices = new ArrayList<>();

    TextWhole(Response response, TextRequest request, int answers) {
        super(response);
        this.request = request;
        for (int i = 0; i < answers; i++) {
            choices.add(new Choice());
        }
    }

    @Override
    public void prompt(int choice, AnswerPiece prompt) {
        var own = choices.get(choice);
        own.text.append(prompt.text());
        if (request.options().logprobs().ofAnswer()) {
            TextScores.append(own.logprobs, own.scores.prompt(prompt));
        }
    }

    @Override
    public void text(int choice, String piece) {
        throw new IllegalStateException("Pieces are heard with their tokens");
    }

    @Override
    public void piece(int choice, AnswerPiece piece) {
        var own = choices.get(choice);
        own.text.append(piece.text());
        own.tokens.addAll(piece.tokens());
        if (request.options().logprobs().ofAnswer()) {
            TextScores.append(own.logprobs, own.scores.answer(piece.tokens()));
        }
    }

    @Override
    public void choiceEnded(int choice, String finishReason) {
        choices.get(choice).reason = finishReason;
    }

    @Override
    ObjectNode body(AnswerStart begun) {
        var body = new ChatChunks(begun, false).head("text_completion");
        var list = body.putArray("choices");
        for (int i = 0; i < choices.size(); i++) {
            put(list.addObject(), i, choices.get(i));
        }
        return body;
    }

    private void put(ObjectNode node, int index, Choice choice) {
        node.put("text", choice.text.toString()).put("index", index);
        if (request.options().logprobs().ofAnswer()) {
            node.set("logprobs", choice.logprobs);
        } else {
            node.putNull("logprobs");
        }
        node.put("finish_reason", choice.reason);
        if (request.options().tokens()) {
            node.set("token_ids", TokenJson.ids(choice.tokens));
        }
    }

    private static final class Choice {
        private final StringBuilder text = new StringBuilder();
        private final List<ScoredToken> tokens = new ArrayList<>();
        private final TextScores scores = new TextScores();
        private final ObjectNode logprobs = TextScores.empty();
        private @Nullable String reason;
    }
}
