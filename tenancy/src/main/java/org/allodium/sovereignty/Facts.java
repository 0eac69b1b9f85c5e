package org.allodium.sovereignty;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.allodium.sovereignty.internal.FactsAt;
import org.jspecify.annotations.Nullable;

/// Everything that is on record at one moment, in one order, so that equal facts have one digest.
public final class Facts {
    private final List<LegalEntity> entities;
    private final List<ControlRelation> control;
    private final List<OperatorAssignment> operators;
    private final List<Facility> facilities;
    private final List<PoolFacts> pools;
    private final List<ProcessingActivity> activities;
    private final List<Attestation> attestations;
    private volatile @Nullable FactsAt present;

    @JsonCreator
    Facts(
            @JsonProperty("entities") List<LegalEntity> entities,
            @JsonProperty("control") List<ControlRelation> control,
            @JsonProperty("operators") List<OperatorAssignment> operators,
            @JsonProperty("facilities") List<Facility> facilities,
            @JsonProperty("pools") List<PoolFacts> pools,
            @JsonProperty("activities") List<ProcessingActivity> activities,
            @JsonProperty("attestations") List<Attestation> attestations) {
        this.entities = ordered(entities);
        this.control = ordered(control);
        this.operators = ordered(operators);
        this.facilities = ordered(facilities);
        this.pools = ordered(pools);
        this.activities = ordered(activities);
        this.attestations = ordered(attestations);
    }

    public static Facts of(List<? extends Fact> all) {
        return new Facts(
                only(all, LegalEntity.class),
                only(all, ControlRelation.class),
                only(all, OperatorAssignment.class),
                only(all, Facility.class),
                only(all, PoolFacts.class),
                only(all, ProcessingActivity.class),
                only(all, Attestation.class));
    }

    @JsonProperty
    public List<LegalEntity> entities() {
        return entities;
    }

    @JsonProperty
    public List<ControlRelation> control() {
        return control;
    }

    @JsonProperty
    public List<OperatorAssignment> operators() {
        return operators;
    }

    @JsonProperty
    public List<Facility> facilities() {
        return facilities;
    }

    @JsonProperty
    public List<PoolFacts> pools() {
        return pools;
    }

    @JsonProperty
    public List<ProcessingActivity> activities() {
        return activities;
    }

    @JsonProperty
    public List<Attestation> attestations() {
        return attestations;
    }

    public List<Fact> all() {
        return Stream.of(entities, control, operators, facilities, pools, activities, attestations)
                .<Fact>flatMap(List::stream)
                .toList();
    }

    public Optional<LegalEntity> entity(String id) {
        return find(entities, id);
    }

    public Optional<Facility> facility(String id) {
        return find(facilities, id);
    }

    public Optional<PoolFacts> pool(PoolId pool) {
        return find(pools, pool.value());
    }

    /// As they hold at a moment. The latest answer is kept: it serves until a fact begins or ends.
    public FactsAt at(Instant moment) {
        var known = present;
        if (known != null && known.covers(moment)) {
            return known;
        }
        var found = FactsAt.of(this, moment);
        present = found;
        return found;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Facts facts && all().equals(facts.all());
    }

    @Override
    public int hashCode() {
        return all().hashCode();
    }

    @Override
    public String toString() {
        return "Facts" + all();
    }

    private static <F extends Fact> Optional<F> find(List<F> facts, String key) {
        return facts.stream().filter(fact -> fact.key().equals(key)).findFirst();
    }

    private static <F extends Fact> List<F> only(List<? extends Fact> all, Class<F> kind) {
        return all.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static <F extends Fact> List<F> ordered(List<F> facts) {
        var sorted = facts.stream().sorted(Comparator.comparing(Fact::key)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).key().equals(sorted.get(i - 1).key())) {
                throw new IllegalArgumentException("Stated twice: " + sorted.get(i).key());
            }
        }
        return sorted;
    }
}
