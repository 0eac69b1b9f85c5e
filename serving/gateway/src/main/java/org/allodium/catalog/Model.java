package org.allodium.catalog;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.allodium.sovereignty.PoolId;

/// A public name for a model directory, identified by the digest over its files.
public record Model(
        String name,
        String digest,
        Path directory,
        Modality modality,
        String architecture,
        long parameters,
        int contextLength,
        int dimensions,
        Passport passport,
        Instant registeredAt,
        List<Deployment> deployments) {
    public Model {
        deployments = List.copyOf(deployments);
    }

    /// As the deployment on this pool asks.
    public Precision precision(PoolId pool) {
        return deployments.stream()
                .filter(deployment -> deployment.pool().equals(pool))
                .map(Deployment::precision)
                .findFirst()
                .orElse(Precision.AUTO);
    }

    public enum Modality {
        TEXT,
        EMBEDDING,
        RANKING
    }

    /// What the deployment on this pool looks up before it answers.
    public Optional<Retrieval> retrieval(PoolId pool) {
        return deployments.stream()
                .filter(deployment -> deployment.pool().equals(pool))
                .findFirst()
                .flatMap(Deployment::retrieval);
    }

    /// For each pool whose deployment looks something up, the pool of its encoder.
    public Map<PoolId, PoolId> encoders() {
        var encoders = new HashMap<PoolId, PoolId>();
        for (var deployment : deployments) {
            deployment.retrieval().ifPresent(r -> encoders.put(deployment.pool(), r.pool()));
        }
        return encoders;
    }

    /// A model on a pool.
    public record Deployment(
            PoolId pool, State state, Precision precision, Optional<Retrieval> retrieval) {
        /// One that answers without looking anything up.
        public Deployment(PoolId pool, State state, Precision precision) {
            this(pool, state, precision, Optional.empty());
        }
    }

    /// A corpus whose passages answer a deployment's chats, and the encoder that finds them: a
    /// model's name, and the pool where its copy reads the request.
    public record Retrieval(String corpus, String encoder, PoolId pool) {}

    /// How the weights of a copy are kept. AUTO leaves it to the device and the model's own type.
    public enum Precision {
        AUTO,
        FP32,
        BF16,
        INT8,
        INT4
    }

    public enum State {
        READY,
        STARTING,
        OFFLINE,
        FAILED
    }

    /// What the model's makers declare: `openness` is a class of the Model Openness Framework or
    /// `undeclared`.
    public record Passport(
            String title,
            String summary,
            String licence,
            String openness,
            String supplier,
            Set<String> languages) {
        public Passport {
            languages = Set.copyOf(languages);
        }
    }
}
