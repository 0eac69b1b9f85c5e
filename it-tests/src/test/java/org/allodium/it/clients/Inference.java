package org.allodium.it.clients;

import java.util.List;

/// An operation that a model answers, and the least that is said to it.
///
/// @param form of the body: the model, and what follows
record Inference(String operation, String form) {
    static final List<Inference> ALL =
            List.of(
                    new Inference(
                            "createChatCompletion",
                            "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]%s}"),
                    new Inference("createCompletion", "{\"model\":\"%s\",\"prompt\":\"Hi\"%s}"),
                    new Inference("createEmbeddings", "{\"model\":\"%s\",\"input\":\"Hi\"%s}"),
                    new Inference(
                            "rerank",
                            "{\"model\":\"%s\",\"query\":\"a\",\"documents\":[\"b\"]%s}"));

    String model() {
        return switch (operation) {
            case "createEmbeddings" -> "all-minilm-l6-v2";
            case "rerank" -> TrialModels.RANKER;
            default -> "allodium-guide";
        };
    }

    String of(String model, String more) {
        return form.formatted(model, more);
    }

    String body(String more) {
        return of(model(), more);
    }

    Call ask(int status, String key) {
        return Call.of(operation, status, key).saying(body(""));
    }
}
