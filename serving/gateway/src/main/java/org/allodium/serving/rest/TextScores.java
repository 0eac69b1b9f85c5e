package org.allodium.serving.rest;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.ScoredToken;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The `logprobs` of one choice of text, whole or by pieces: it knows where the next token begins.
final class TextScores {
    private int offset;

    /// @param prompt the text that the choice begins with, and its tokens
    ObjectNode prompt(AnswerPiece prompt) {
        var text = prompt.text().getBytes(StandardCharsets.UTF_8);
        var scores = empty();
        int at = 0;
        for (var token : prompt.tokens()) {
            add(scores, token);
            // What the tokenizer put before the text is not in it.
            if (follows(text, at, token.bytes())) {
                at += token.bytes().size();
                offset += characters(token.bytes());
            }
        }
        offset = prompt.text().codePointCount(0, prompt.text().length());
        return scores;
    }

    ObjectNode answer(List<ScoredToken> tokens) {
        var scores = empty();
        for (var token : tokens) {
            add(scores, token);
            offset += characters(token.bytes());
        }
        return scores;
    }

    static ObjectNode empty() {
        var scores = JsonMapper.shared().createObjectNode();
        for (var name : List.of("tokens", "token_logprobs", "top_logprobs", "text_offset")) {
            scores.putArray(name);
        }
        return scores;
    }

    static void append(ObjectNode scores, ObjectNode more) {
        for (var list : more.properties()) {
            more.withArray(list.getKey()).forEach(scores.withArray(list.getKey())::add);
        }
    }

    private void add(ObjectNode scores, ScoredToken token) {
        scores.withArray("tokens").add(token.text());
        scores.withArray("text_offset").add(offset);
        if (token.logprob().isEmpty()) {
            scores.withArray("token_logprobs").addNull();
            scores.withArray("top_logprobs").addNull();
            return;
        }
        scores.withArray("token_logprobs").add(TokenJson.logprob(token.logprob()));
        var top = new LinkedHashMap<String, Double>();
        // Of tokens with the same text the likeliest counts; the token itself is always named.
        token.top().forEach(t -> top.putIfAbsent(t.text(), TokenJson.logprob(t.logprob())));
        top.putIfAbsent(token.text(), TokenJson.logprob(token.logprob()));
        var entry = scores.withArray("top_logprobs").addObject();
        top.forEach(entry::put);
    }

    private static boolean follows(byte[] text, int at, List<Integer> bytes) {
        for (int i = 0; i < bytes.size(); i++) {
            if (at + i >= text.length || (text[at + i] & 0xff) != bytes.get(i)) {
                return false;
            }
        }
        return true;
    }

    /// Characters that begin in these bytes.
    private static int characters(List<Integer> bytes) {
        return (int) bytes.stream().filter(b -> (b & 0xc0) != 0x80).count();
    }
}
