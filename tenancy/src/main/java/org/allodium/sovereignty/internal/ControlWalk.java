package org.allodium.sovereignty.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.ControlRelation;
import org.allodium.sovereignty.ControlThresholds;
import org.allodium.sovereignty.Facts;
import org.allodium.sovereignty.LegalEntity;
import org.allodium.sovereignty.Perimeter;

/// Walks upward from an entity through its holders and finds who controls it from outside a
/// perimeter (R7). Two reckonings run together, and the stricter counts: a share multiplied along
/// the way, and the whole share of a holder that is itself controlled from outside.
///
/// Whatever is not known counts as outside: a holder that is not on record or not attested, a share
/// that is not stated, the part of a company that nobody is known to hold, and a share that is held
/// in a circle, because its end cannot be told. Cutting circles so is also why the walk ends.
public final class ControlWalk {
    private static final BigDecimal ALL = BigDecimal.valueOf(100);

    private final Facts facts;
    private final Perimeter perimeter;
    private final ControlThresholds thresholds;
    private final Instant at;

    public ControlWalk(Facts facts, Perimeter perimeter, ControlThresholds thresholds, Instant at) {
        this.facts = facts;
        this.perimeter = perimeter;
        this.thresholds = thresholds;
        this.at = at;
    }

    /// Why the entity is controlled from outside, in a sentence; empty if it is not.
    public Optional<String> outsideControl(LegalEntity entity) {
        var outside = holdings(entity, Set.of(entity.id()));
        return outside.reason()
                .map(
                        reason ->
                                entity.name()
                                        + " is controlled from outside the perimeter "
                                        + perimeter
                                        + ": "
                                        + reason
                                        + ".");
    }

    private record Stake(BigDecimal capital, BigDecimal votes) {
        Stake plus(Stake other) {
            return new Stake(capital.add(other.capital).min(ALL), votes.add(other.votes).min(ALL));
        }

        Stake of(Stake part) {
            return new Stake(
                    capital.multiply(part.capital).divide(ALL),
                    votes.multiply(part.votes).divide(ALL));
        }

        boolean above(BigDecimal threshold) {
            return greater().compareTo(threshold) > 0;
        }

        BigDecimal greater() {
            return capital.max(votes);
        }

        String text() {
            return greater().stripTrailingZeros().toPlainString() + " %";
        }
    }

    /// What holders from outside have in one entity, by holder.
    private final class Holdings {
        private final Map<String, Stake> stakes = new TreeMap<>();
        private final Set<String> decisive = new TreeSet<>();

        void add(String holder, Stake stake, boolean decides) {
            stakes.merge(holder, stake, Stake::plus);
            if (decides) {
                decisive.add(holder);
            }
        }

        /// Holders whose influence alone gives control.
        Set<String> controllers() {
            var found = new TreeSet<>(decisive);
            stakes.forEach(
                    (holder, stake) -> {
                        if (stake.above(thresholds.alone())) {
                            found.add(holder);
                        }
                    });
            return found;
        }

        Stake together() {
            return stakes.values().stream()
                    .reduce(new Stake(BigDecimal.ZERO, BigDecimal.ZERO), Stake::plus);
        }

        Optional<String> reason() {
            if (!decisive.isEmpty()) {
                return Optional.of(decisive.iterator().next() + " has decisive influence");
            }
            for (String holder : controllers()) {
                return Optional.of(
                        "%s holds %s, more than %s %%"
                                .formatted(
                                        holder,
                                        Objects.requireNonNull(stakes.get(holder)).text(),
                                        thresholds.alone().toPlainString()));
            }
            return together().above(thresholds.together())
                    ? Optional.of(
                            "%s together hold %s, more than %s %%"
                                    .formatted(
                                            String.join(", ", stakes.keySet()),
                                            together().text(),
                                            thresholds.together().toPlainString()))
                    : Optional.empty();
        }
    }

    private Holdings holdings(LegalEntity entity, Set<String> path) {
        var outside = new Holdings();
        var held = new Stake(BigDecimal.ZERO, BigDecimal.ZERO);
        for (var relation : facts.holdersOf(entity.id(), at)) {
            var stake = stake(relation);
            held = held.plus(stake);
            addHolder(outside, relation, stake, path);
        }
        var undisclosed = new Stake(ALL.subtract(held.capital()), ALL.subtract(held.votes()));
        if (entity.form() == LegalEntity.Form.COMPANY && undisclosed.greater().signum() > 0) {
            outside.add("an undisclosed holder of " + entity.name(), undisclosed, false);
        }
        return outside;
    }

    private void addHolder(
            Holdings outside, ControlRelation relation, Stake stake, Set<String> path) {
        var holder = facts.entity(relation.holder());
        if (holder.isEmpty()) {
            outside.add("the unknown " + relation.holder(), stake, relation.decisive());
        } else if (path.contains(relation.holder())) {
            outside.add("a circle through " + holder.get().name(), stake, relation.decisive());
        } else if (!inside(holder.get())) {
            outside.add(named(holder.get()), stake, relation.decisive());
        } else {
            var further = new TreeSet<>(path);
            further.add(relation.holder());
            addThrough(outside, relation, stake, holder.get(), holdings(holder.get(), further));
        }
    }

    private void addThrough(
            Holdings outside,
            ControlRelation relation,
            Stake stake,
            LegalEntity holder,
            Holdings above) {
        var controllers = above.controllers();
        if (!controllers.isEmpty()) {
            // Control passes the whole share on, and with it the rights that come with the share.
            controllers.forEach(name -> outside.add(name, stake, relation.decisive()));
        } else if (above.reason().isPresent()) {
            outside.add("those behind " + holder.name(), stake, relation.decisive());
            return;
        }
        above.stakes.forEach(
                (name, part) -> {
                    if (!controllers.contains(name)) {
                        outside.add(name, stake.of(part), false);
                    }
                });
    }

    private boolean inside(LegalEntity holder) {
        return holder.seats().stream().allMatch(perimeter::contains)
                && facts.attested(holder.id(), Criterion.SEAT, at)
                && facts.attested(holder.id(), Criterion.CONTROL, at);
    }

    private static String named(LegalEntity holder) {
        return holder.registeredOffice() == null
                ? holder.name()
                : holder.name() + " (" + holder.registeredOffice() + ")";
    }

    private static Stake stake(ControlRelation relation) {
        return new Stake(
                relation.capital() == null ? ALL : relation.capital(),
                relation.votes() == null ? ALL : relation.votes());
    }
}
