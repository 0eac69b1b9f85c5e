package org.allodium.sovereignty.internal;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.ControlRelation;
import org.allodium.sovereignty.ControlThresholds;
import org.allodium.sovereignty.LegalEntity;
import org.allodium.sovereignty.Perimeter;
import org.jspecify.annotations.Nullable;

/// Walks upward from an entity through its holders and finds who controls it from outside a
/// perimeter (R7). Two reckonings run together, and the stricter counts: a share multiplied along
/// the way, and the whole share of a holder that is itself controlled.
///
/// Whatever is not known counts as outside: a holder that is not on record or not attested, a share
/// that is not stated, the part of a company that nobody is known to hold, and a share that is held
/// in a circle, because its end cannot be told. Cutting circles so is also why the walk ends. Those
/// who are not known may all be one, and the same as anybody who is: their shares count on top of
/// each suspect's. So taking a fact away never makes an entity look less controlled.
public final class ControlWalk {
    private static final BigDecimal ALL = BigDecimal.valueOf(100);

    private final FactsAt facts;
    private final Perimeter perimeter;
    private final ControlThresholds thresholds;

    public ControlWalk(FactsAt facts, Perimeter perimeter, ControlThresholds thresholds) {
        this.facts = facts;
        this.perimeter = perimeter;
        this.thresholds = thresholds;
    }

    /// What a suspect has in an entity: shares in percent, and whether by some right it decides.
    private record Grip(BigDecimal capital, BigDecimal votes, boolean decides) {
        static final Grip NONE = new Grip(BigDecimal.ZERO, BigDecimal.ZERO, false);

        Grip plus(Grip other) {
            return new Grip(
                    capital.add(other.capital).min(ALL),
                    votes.add(other.votes).min(ALL),
                    decides || other.decides);
        }

        /// This much of a holder that has `whole`.
        Grip of(Grip whole) {
            return new Grip(
                    capital.multiply(whole.capital).divide(ALL),
                    votes.multiply(whole.votes).divide(ALL),
                    false);
        }

        BigDecimal share() {
            return capital.max(votes);
        }

        boolean controls(BigDecimal threshold) {
            return decides || share().compareTo(threshold) > 0;
        }

        String percent() {
            return share().stripTrailingZeros().toPlainString();
        }
    }

    /// Why the entity is controlled from outside; empty if it is not.
    public Optional<Sentence> outsideControl(LegalEntity entity) {
        var above = new TreeSet<String>();
        collectAbove(entity.id(), above);
        above.remove(entity.id());
        for (String id : above) {
            var suspect = facts.entity(id);
            if (suspect.isPresent() && (foreign(suspect.get()) || together(suspect.get()))) {
                var grip = grip(entity, id, Set.of(entity.id()));
                if (grip.controls(thresholds.alone())) {
                    return Optional.of(heldByOne(entity, suspect.get(), grip));
                }
            }
        }
        var unknown = grip(entity, null, Set.of(entity.id()));
        if (unknown.controls(thresholds.alone())) {
            return Optional.of(heldByUnknown(entity, unknown));
        }
        var all = gripOfAll(entity, Set.of(entity.id()));
        return all.controls(thresholds.together())
                ? Optional.of(heldTogether(entity, all))
                : Optional.empty();
    }

    private Sentence heldByOne(LegalEntity entity, LegalEntity holder, Grip grip) {
        return grip.decides()
                ? Sentence.of("sovereignty.one-decides", entity.name(), perimeter, named(holder))
                : Sentence.of(
                        "sovereignty.one-holds",
                        entity.name(),
                        perimeter,
                        named(holder),
                        grip.percent());
    }

    private Sentence heldByUnknown(LegalEntity entity, Grip grip) {
        return grip.decides()
                ? Sentence.of("sovereignty.unknown-decide", entity.name(), perimeter)
                : Sentence.of("sovereignty.unknown-hold", entity.name(), perimeter, grip.percent());
    }

    private Sentence heldTogether(LegalEntity entity, Grip grip) {
        return grip.decides()
                ? Sentence.of("sovereignty.together-decide", entity.name(), perimeter)
                : Sentence.of(
                        "sovereignty.together-hold", entity.name(), perimeter, grip.percent());
    }

    private boolean together(LegalEntity entity) {
        return attested(entity)
                && gripOfAll(entity, Set.of(entity.id())).controls(thresholds.together());
    }

    /// What one suspect has at most: itself, and everybody who is not known.
    private Grip grip(LegalEntity entity, @Nullable String suspect, Set<String> path) {
        var sum = undisclosed(entity);
        for (var relation : facts.holdersOf(entity.id())) {
            var stake = stake(relation);
            var holder = facts.entity(relation.holder());
            if (relation.holder().equals(suspect) || unknown(holder, path)) {
                sum = sum.plus(stake);
            } else if (!foreign(holder.orElseThrow())) {
                var above = grip(holder.get(), suspect, further(path, relation));
                sum = sum.plus(passedOn(stake, above, above.controls(thresholds.alone())));
            }
        }
        return sum;
    }

    /// What all have together who are outside or not known.
    private Grip gripOfAll(LegalEntity entity, Set<String> path) {
        var sum = undisclosed(entity);
        for (var relation : facts.holdersOf(entity.id())) {
            var stake = stake(relation);
            var holder = facts.entity(relation.holder());
            if (unknown(holder, path) || foreign(holder.orElseThrow())) {
                sum = sum.plus(stake);
            } else {
                var further = further(path, relation);
                var above = gripOfAll(holder.get(), further);
                boolean controlled =
                        above.controls(thresholds.together()) || oneControls(holder.get(), further);
                sum = sum.plus(passedOn(stake, above, controlled));
            }
        }
        return sum;
    }

    private boolean oneControls(LegalEntity entity, Set<String> path) {
        var above = new TreeSet<String>();
        collectAbove(entity.id(), above);
        return grip(entity, null, path).controls(thresholds.alone())
                || above.stream()
                        .filter(id -> facts.entity(id).filter(this::foreign).isPresent())
                        .anyMatch(id -> grip(entity, id, path).controls(thresholds.alone()));
    }

    /// Control of a holder passes its whole share on, with the rights that come with the share.
    private static Grip passedOn(Grip stake, Grip above, boolean controlled) {
        return controlled ? stake : stake.of(above);
    }

    private boolean unknown(Optional<LegalEntity> holder, Set<String> path) {
        return holder.isEmpty()
                || path.contains(holder.get().id())
                || (!foreign(holder.get()) && !attested(holder.get()));
    }

    private Grip undisclosed(LegalEntity entity) {
        if (entity.form() != LegalEntity.Form.COMPANY) {
            return Grip.NONE;
        }
        var held =
                facts.holdersOf(entity.id()).stream()
                        .map(ControlWalk::stake)
                        .reduce(Grip.NONE, Grip::plus);
        return new Grip(ALL.subtract(held.capital()), ALL.subtract(held.votes()), false);
    }

    private void collectAbove(String id, Set<String> found) {
        for (var relation : facts.holdersOf(id)) {
            if (found.add(relation.holder())) {
                collectAbove(relation.holder(), found);
            }
        }
    }

    private static Set<String> further(Set<String> path, ControlRelation relation) {
        var further = new TreeSet<>(path);
        further.add(relation.holder());
        return further;
    }

    private boolean foreign(LegalEntity holder) {
        return holder.seats().stream().anyMatch(seat -> seat != null && !perimeter.contains(seat));
    }

    private boolean attested(LegalEntity holder) {
        return holder.seats().stream().noneMatch(Objects::isNull)
                && facts.attested(holder.id(), Criterion.SEAT)
                && facts.attested(holder.id(), Criterion.CONTROL);
    }

    private static String named(LegalEntity holder) {
        return holder.registeredOffice() == null
                ? holder.name()
                : holder.name() + " (" + holder.registeredOffice() + ")";
    }

    private static Grip stake(ControlRelation relation) {
        return new Grip(
                relation.capital() == null ? ALL : relation.capital(),
                relation.votes() == null ? ALL : relation.votes(),
                relation.decisive());
    }
}
