package org.allodium.sovereignty.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.allodium.sovereignty.ControlRelation;
import org.allodium.sovereignty.DataCategory;
import org.allodium.sovereignty.LegalEntity;
import org.allodium.sovereignty.OperatorAssignment;
import org.allodium.sovereignty.OperatorAssignment.Role;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.sovereignty.ResidencyPolicy;
import org.jspecify.annotations.Nullable;

/// The facts about pools as people read them, never to decide: an unknown country reads `ZZ`.
public final class Places {
    private static final String UNKNOWN = "ZZ";
    private static final BigDecimal MAJORITY = BigDecimal.valueOf(50);

    /// Who is named first when several have a hand in a pool.
    private static final List<Role> PROMINENT =
            List.of(Role.PLATFORM_OPERATOR, Role.PROVIDER, Role.INFRASTRUCTURE_OPERATOR);

    private final FactsAt facts;
    private final Optional<ResidencyPolicy> strictest;

    /// @param strictest of the policies that the platform offers
    public Places(FactsAt facts, Optional<ResidencyPolicy> strictest) {
        this.facts = facts;
        this.strictest = strictest;
    }

    public static Places of(Present present, Instant at) {
        return new Places(present.snapshot().facts().at(at), present.platform().strictest());
    }

    public static List<PoolPlace> all(Present present, Instant at) {
        var places = of(present, at);
        return present.snapshot().facts().pools().stream()
                .flatMap(pool -> places.of(pool.id()).stream())
                .toList();
    }

    public Optional<PoolPlace> of(PoolId pool) {
        return facts.place(pool).map(place -> national(place.country()) ? national(place) : place);
    }

    private static PoolPlace national(PoolPlace place) {
        return new PoolPlace(
                place.pool(),
                place.facility(),
                place.country(),
                place.operatorId(),
                place.operator(),
                place.operatorCountry(),
                place.controlledFrom(),
                true);
    }

    /// As it follows from the facts alone: whether it is national, a policy says.
    static Optional<PoolPlace> find(FactsAt facts, PoolId pool) {
        return new Places(facts, Optional.empty()).find(pool);
    }

    private Optional<PoolPlace> find(PoolId pool) {
        var facility = facts.pool(pool).flatMap(known -> facts.facility(known.facility()));
        var operator = operator(pool);
        return facility.flatMap(
                place ->
                        operator.map(
                                entity ->
                                        new PoolPlace(
                                                pool,
                                                place.name(),
                                                place.country(),
                                                entity.id(),
                                                entity.name(),
                                                seat(entity),
                                                controlledFrom(entity),
                                                false)));
    }

    private Optional<LegalEntity> operator(PoolId pool) {
        return facts.operatorsOf(pool).stream()
                .min(Comparator.comparingInt(Places::prominence))
                .flatMap(assignment -> facts.entity(assignment.entity()));
    }

    private static int prominence(OperatorAssignment assignment) {
        int index = PROMINENT.indexOf(assignment.role());
        return index < 0 ? PROMINENT.size() : index;
    }

    /// Up the chain of whoever decides, to its end.
    private String controlledFrom(LegalEntity operator) {
        var seen = new HashSet<String>();
        var entity = operator;
        while (seen.add(entity.id())) {
            var decider = facts.holdersOf(entity.id()).stream().filter(Places::decides).findFirst();
            if (decider.isEmpty()) {
                return seat(entity);
            }
            var holder = facts.entity(decider.get().holder());
            if (holder.isEmpty()) {
                return UNKNOWN;
            }
            entity = holder.get();
        }
        return UNKNOWN;
    }

    private static boolean decides(ControlRelation relation) {
        return relation.decisive() || majority(relation.capital()) || majority(relation.votes());
    }

    private static boolean majority(@Nullable BigDecimal share) {
        return share == null || share.compareTo(MAJORITY) > 0;
    }

    /// Inside the strictest perimeter that the platform offers.
    private boolean national(String country) {
        return strictest
                .map(policy -> policy.places().get(DataCategory.CUSTOMER_DATA))
                .filter(perimeter -> perimeter.contains(country))
                .isPresent();
    }

    private static String seat(LegalEntity entity) {
        return Objects.requireNonNullElse(entity.registeredOffice(), UNKNOWN);
    }
}
