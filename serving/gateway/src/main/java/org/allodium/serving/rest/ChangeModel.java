package org.allodium.serving.rest;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.allodium.catalog.Model;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.PoolId;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of `PATCH /admin/v1/models/{name}`, checked. `retrieval` must be said: leaving it out
/// would not tell "nothing" from "as before".
@Schema(
        description = "What the model's deployment on a pool looks up before it answers.",
        requiredProperties = {"pool", "retrieval"},
        additionalProperties = Schema.False.class)
record ChangeModel(
        @Schema(description = "The pool of the deployment.") String pool,
        @Schema(description = "`null`: it looks nothing up.", nullable = true)
                AdminModel.@Nullable Retrieval retrieval) {
    static ChangeModel of(ObjectNode body) {
        var fields = new Fields(body, "");
        fields.refuseOthers(Set.of("pool", "retrieval"), Map.of());
        var pool = fields.requireText("pool");
        if (!body.has("retrieval")) {
            throw Refused.invalid("retrieval", "serving.retrieval-missing");
        }
        var retrieval = fields.get("retrieval");
        return new ChangeModel(pool, retrieval == null ? null : retrieval(retrieval));
    }

    PoolId poolId() {
        return new PoolId(pool);
    }

    Optional<Model.Retrieval> modelRetrieval() {
        return Optional.ofNullable(retrieval)
                .map(r -> new Model.Retrieval(r.corpus(), r.encoder(), new PoolId(r.pool())));
    }

    private static AdminModel.Retrieval retrieval(JsonNode value) {
        if (!(value instanceof ObjectNode object)) {
            throw Refused.invalid("retrieval", "serving.no-object-or-null", "retrieval");
        }
        var fields = new Fields(object, "retrieval.");
        fields.refuseOthers(Set.of("corpus", "encoder", "pool"), Map.of());
        return new AdminModel.Retrieval(
                fields.requireText("corpus"),
                fields.requireText("encoder"),
                fields.requireText("pool"));
    }
}
