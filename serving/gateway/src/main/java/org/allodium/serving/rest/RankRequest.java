package org.allodium.serving.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.allodium.identity.Caller;
import org.allodium.kernel.Refused;
import org.allodium.serving.RankCommand;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of `POST /v1/rerank`, checked. A document is a string, or an object with a `text`.
record RankRequest(
        String model,
        String query,
        List<String> documents,
        Optional<Integer> best,
        boolean returnDocuments)
        implements Endpoint.Body {
    RankRequest {
        documents = List.copyOf(documents);
    }

    private static final int MOST_DOCUMENTS = 2048;
    static final Set<String> KNOWN =
            Set.of("model", "query", "documents", "top_n", "return_documents");

    static RankRequest of(ObjectNode body) {
        var fields = new Fields(body, "");
        fields.refuseOthers(KNOWN, Map.of("user", JsonNode::isString));
        var query = fields.requireText("query");
        if (query.isEmpty()) {
            throw Fields.empty("query");
        }
        return new RankRequest(
                ChatRequest.model(fields),
                query,
                documents(fields),
                fields.integer("top_n", 1, Integer.MAX_VALUE),
                fields.flag("return_documents"));
    }

    private static List<String> documents(Fields fields) {
        var value = fields.get("documents");
        if (value == null) {
            throw Fields.missing("documents");
        }
        if (!value.isArray() || value.isEmpty() || value.size() > MOST_DOCUMENTS) {
            throw Refused.invalid("documents", "serving.no-documents", MOST_DOCUMENTS);
        }
        var documents = new ArrayList<String>(value.size());
        for (int i = 0; i < value.size(); i++) {
            documents.add(document(value.get(i), "documents[" + i + "]"));
        }
        return documents;
    }

    private static String document(JsonNode value, String path) {
        var text =
                value instanceof ObjectNode object
                        ? new Fields(object, path + ".").requireText("text")
                        : Fields.text(value, path);
        if (text.isEmpty()) {
            throw Fields.empty(path);
        }
        return text;
    }

    RankCommand command(Caller caller, Optional<String> residency, Optional<String> dataClass) {
        return new RankCommand(caller, model, query, documents, best, residency, dataClass);
    }
}
