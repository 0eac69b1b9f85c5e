package org.allodium.serving.rest;

import java.util.Locale;
import java.util.Optional;
import org.allodium.billing.ModelPrice;
import org.allodium.catalog.Model;
import org.allodium.kernel.Money;
import org.allodium.serving.ModelListing;
import org.allodium.serving.Refusals;
import org.allodium.sovereignty.PoolPlace;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `GET /v1/models` and `GET /v1/models/{id}`: what the caller may use, by permission and policy.
final class ModelEndpoints {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ModelEndpoints() {}

    static Endpoint.Reading list(ModelListing listing) {
        return (response, caller, none) -> {
            var body = JSON.createObjectNode().put("object", "list");
            var data = body.putArray("data");
            listing.visibleTo(caller).forEach(entry -> data.add(json(entry)));
            response.json(200, body);
        };
    }

    /// A model that the caller may not use is not told from one that does not exist.
    static Endpoint.Reading one(ModelListing listing) {
        return (response, caller, name) ->
                response.json(
                        200,
                        json(
                                listing.visibleTo(caller, name)
                                        .orElseThrow(() -> Refusals.modelNotFound(name))));
    }

    static ObjectNode json(ModelListing.Entry entry) {
        var model = entry.model();
        var body = JSON.createObjectNode();
        body.put("id", model.name());
        body.put("object", "model");
        body.put("created", model.registeredAt().getEpochSecond());
        body.put("owned_by", model.passport().supplier());
        body.putNull("shutdown_date");
        var ours = body.putObject("x_sovereign");
        ours.put("state", entry.state().name().toLowerCase(Locale.ROOT));
        ours.putArray("modalities").add(modality(model.modality()));
        var places = ours.putArray("places");
        entry.places().forEach(place -> put(places.addObject(), place));
        ours.put("context", model.contextLength());
        if (model.modality() == Model.Modality.EMBEDDING) {
            ours.put("dimensions", model.dimensions());
        }
        ours.set("prices", prices(entry.price()));
        ours.put("openness", model.passport().openness());
        ours.put("licence", model.passport().licence());
        ours.put("digest", model.digest());
        return body;
    }

    private static String modality(Model.Modality modality) {
        return switch (modality) {
            case TEXT -> "text";
            case EMBEDDING -> "embedding";
            case RANKING -> "ranking";
        };
    }

    private static void put(ObjectNode node, PoolPlace place) {
        node.put("pool", place.pool().value());
        node.put("facility", place.facility());
        node.put("country", place.country());
        node.put("operator", place.operator());
    }

    /// Amounts are text, as in receipts, so that no reader's floating point changes them.
    private static ObjectNode prices(Optional<ModelPrice> price) {
        var node = JSON.createObjectNode();
        price.ifPresent(
                p -> {
                    node.put("input_per_million", plain(p.inputPerMillion()));
                    node.put("output_per_million", plain(p.outputPerMillion()));
                    node.put("cached_answer", plain(p.cachedAnswer()));
                    node.put("currency", p.inputPerMillion().currency().getCurrencyCode());
                });
        return node;
    }

    private static String plain(Money money) {
        return money.isZero() ? "0" : money.amount().stripTrailingZeros().toPlainString();
    }
}
