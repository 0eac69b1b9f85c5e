package org.allodium.serving.rest;

import java.util.List;
import java.util.OptionalDouble;
import org.allodium.serving.ScoredToken;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Tokens and their log-probabilities in the JSON of chat.
final class TokenJson {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// For tokens so unlikely that their logarithm is no JSON number.
    private static final double LEAST = -9999;

    private TokenJson() {}

    static double logprob(OptionalDouble given) {
        return Math.max(given.orElse(LEAST), LEAST);
    }

    static ArrayNode ids(List<ScoredToken> tokens) {
        var ids = JSON.createArrayNode();
        tokens.forEach(token -> ids.add(token.id()));
        return ids;
    }

    static ObjectNode scores(List<ScoredToken> tokens) {
        var scores = JSON.createObjectNode();
        var content = scores.putArray("content");
        for (var token : tokens) {
            var entry = put(content, token);
            var top = entry.putArray("top_logprobs");
            token.top().forEach(other -> put(top, other));
        }
        scores.putNull("refusal");
        return scores;
    }

    private static ObjectNode put(ArrayNode list, ScoredToken token) {
        var entry = list.addObject();
        entry.put("token", token.text());
        entry.put("logprob", logprob(token.logprob()));
        var bytes = entry.putArray("bytes");
        token.bytes().forEach(bytes::add);
        return entry;
    }
}
