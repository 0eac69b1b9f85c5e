package org.allodium.serving.rest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.allodium.serving.Arrival;
import org.allodium.serving.EmbeddingAnswer;
import org.allodium.serving.Embeddings;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `POST /v1/embeddings`.
record EmbeddingsEndpoint(Embeddings embeddings) implements Endpoint.Inference<EmbeddingsRequest> {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public String idPrefix() {
        return Embeddings.IDS;
    }

    @Override
    public EmbeddingsRequest parse(ObjectNode body) {
        return EmbeddingsRequest.of(body);
    }

    @Override
    public void answer(Response response, Arrival arrival, EmbeddingsRequest request)
            throws IOException {
        var exchange = response.exchange();
        var answer =
                embeddings.embed(
                        arrival,
                        request.command(
                                arrival.caller(), exchange.residency(), exchange.dataClass()),
                        exchange::watchPeer);
        response.started(answer.start());
        AnswerHeaders.answer(exchange, answer.start());
        response.json(200, body(answer, request.base64()));
    }

    static ObjectNode body(EmbeddingAnswer answer, boolean base64) {
        var body = JSON.createObjectNode();
        body.put("object", "list");
        var data = body.putArray("data");
        for (int i = 0; i < answer.vectors().size(); i++) {
            var entry = data.addObject().put("object", "embedding").put("index", i);
            var vector = answer.vectors().get(i);
            if (base64) {
                entry.put("embedding", base64(vector));
            } else {
                var numbers = entry.putArray("embedding");
                for (float number : vector) {
                    numbers.add(number);
                }
            }
        }
        body.put("model", answer.start().model());
        body.putObject("usage")
                .put("prompt_tokens", answer.promptTokens())
                .put("total_tokens", answer.promptTokens());
        return body;
    }

    /// The numbers as little-endian floats of four bytes.
    static String base64(float[] vector) {
        var bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
