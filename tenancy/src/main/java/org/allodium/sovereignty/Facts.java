package org.allodium.sovereignty;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Everything that is on record at one moment, in one order, so that equal facts have one digest.
public record Facts(
        List<LegalEntity> entities,
        List<ControlRelation> control,
        List<OperatorAssignment> operators,
        List<Facility> facilities,
        List<PoolFacts> pools,
        List<ProcessingActivity> activities,
        List<Attestation> attestations) {
    public Facts {
        entities = ordered(entities);
        control = ordered(control);
        operators = ordered(operators);
        facilities = ordered(facilities);
        pools = ordered(pools);
        activities = ordered(activities);
        attestations = ordered(attestations);
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

    public List<OperatorAssignment> operatorsOf(PoolId pool, Instant at) {
        return operators.stream()
                .filter(operator -> operator.pool().equals(pool.value()) && operator.liveAt(at))
                .toList();
    }

    public List<ControlRelation> holdersOf(String entity, Instant at) {
        return control.stream()
                .filter(relation -> relation.held().equals(entity) && relation.liveAt(at))
                .toList();
    }

    public boolean attested(String subject, Attestation.Criterion criterion, Instant at) {
        return attestations.stream()
                .anyMatch(
                        attestation ->
                                attestation.subject().equals(subject)
                                        && attestation.criterion() == criterion
                                        && attestation.liveAt(at));
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
