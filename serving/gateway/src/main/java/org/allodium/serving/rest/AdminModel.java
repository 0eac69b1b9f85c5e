package org.allodium.serving.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.allodium.catalog.Model;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A model as the platform's own people see it.
@Schema(
        description = "A model of the catalog, with where and how it runs.",
        requiredProperties = {
            "name",
            "digest",
            "architecture",
            "parameters",
            "context",
            "openness",
            "licence",
            "deployed_on",
            "precision",
            "retrieval",
            "state",
            "computes"
        })
record AdminModel(
        String name,
        @Schema(description = "SHA-256 over the model's files.") String digest,
        @Schema(description = "As the model's own configuration names it.") String architecture,
        @Schema(description = "How many numbers its weights are.") long parameters,
        @Schema(description = "Most tokens of input and answer together.") int context,
        @Schema(description = "A class of the Model Openness Framework, or `undeclared`.")
                String openness,
        @Schema(description = "As its makers declare it.") String licence,
        @Schema(description = "The pools it is deployed on.") @JsonProperty("deployed_on")
                List<String> deployedOn,
        @Schema(description = "How its weights are kept on each pool of `deployed_on`.")
                List<String> precision,
        @Schema(description = "By pool: what its deployment looks up before it answers.")
                Map<String, Retrieval> retrieval,
        @Schema(
                        description =
                                "The worst of all its pools; `registered` when it is deployed on none.",
                        enumeration = {"failed", "starting", "offline", "ready", "registered"})
                String state,
        @Schema(description = "By pool: what its copy computes with, or why there is none.")
                Map<String, String> computes,
        @Schema(
                        description =
                                "While it is being loaded: the share of its weights that is ready, 0 to 1.",
                        minimum = "0",
                        maximum = "1")
                @JsonInclude(JsonInclude.Include.NON_NULL)
                @Nullable Double loaded) {
    AdminModel {
        deployedOn = List.copyOf(deployedOn);
        precision = List.copyOf(precision);
        retrieval = Collections.unmodifiableMap(new TreeMap<>(retrieval));
        computes = Collections.unmodifiableMap(new TreeMap<>(computes));
    }

    /// What a deployment looks up.
    @Schema(
            name = "Retrieval",
            description = "A corpus, and the encoder that finds its passages.",
            requiredProperties = {"corpus", "encoder", "pool"})
    record Retrieval(
            @Schema(description = "The corpus whose passages answer: `handbook`.") String corpus,
            @Schema(description = "The model that reads the request to find them.") String encoder,
            @Schema(description = "The pool where the encoder runs.") String pool) {}

    static AdminModel of(Model model, Map<String, String> computes, OptionalDouble loaded) {
        var deployments = model.deployments();
        var retrieval = new TreeMap<String, Retrieval>();
        for (var deployment : deployments) {
            deployment
                    .retrieval()
                    .map(r -> new Retrieval(r.corpus(), r.encoder(), r.pool().value()))
                    .ifPresent(r -> retrieval.put(deployment.pool().value(), r));
        }
        return new AdminModel(
                model.name(),
                model.digest(),
                model.architecture(),
                model.parameters(),
                model.contextLength(),
                model.passport().openness(),
                model.passport().licence(),
                deployments.stream().map(d -> d.pool().value()).toList(),
                deployments.stream().map(d -> lower(d.precision())).toList(),
                retrieval,
                state(model),
                computes,
                loaded.isPresent() ? loaded.getAsDouble() : null);
    }

    /// The worst state of all pools, since whoever imports wants to know what failed.
    private static String state(Model model) {
        return Stream.of(
                        Model.State.FAILED,
                        Model.State.STARTING,
                        Model.State.OFFLINE,
                        Model.State.READY)
                .filter(s -> model.deployments().stream().anyMatch(d -> d.state() == s))
                .map(AdminModel::lower)
                .findFirst()
                .orElse("registered");
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
