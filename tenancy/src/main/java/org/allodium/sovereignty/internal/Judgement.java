package org.allodium.sovereignty.internal;

import static org.allodium.sovereignty.ProcessingActivity.INSTALLATION;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.Facility;
import org.allodium.sovereignty.LegalEntity;
import org.allodium.sovereignty.Perimeter;
import org.allodium.sovereignty.PlacementRequest;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.PoolVerdict;
import org.allodium.sovereignty.ProcessingActivity;
import org.allodium.sovereignty.ResidencyPolicy;
import org.allodium.sovereignty.Rule;
import org.allodium.sovereignty.RuleFailure;
import org.allodium.sovereignty.SpillConsent;
import org.jspecify.annotations.Nullable;

/// One pool before every layer of policy. It collects every failure, not the first alone, because
/// whoever has to cure a refusal must see all that stands in the way.
public final class Judgement {
    private final FactsAt facts;
    private final PoolId pool;
    private final PlacementRequest request;
    private final Instant at;

    private final Scene scene;
    private final Set<RuleFailure> failures = new LinkedHashSet<>();
    private final SortedMap<String, Long> caps = new TreeMap<>();
    private boolean spill;

    private Judgement(
            FactsAt facts, Scene scene, PoolId pool, PlacementRequest request, Instant at) {
        this.facts = facts;
        this.scene = scene;
        this.pool = pool;
        this.request = request;
        this.at = at;
    }

    /// One verdict for each candidate.
    public static List<PoolVerdict> all(
            FactsAt facts, PlacementRequest request, Instant at, List<Demand> demands) {
        var scenes = facts.scenes(request.activities());
        // What nobody demands otherwise needs no second look.
        var distinct = demands.stream().distinct().toList();
        var verdicts = new ArrayList<PoolVerdict>(request.candidates().size());
        for (var pool : new LinkedHashSet<>(request.candidates())) {
            verdicts.add(
                    new Judgement(facts, scenes.apply(pool), pool, request, at).under(distinct));
        }
        return verdicts;
    }

    private static Judgement of(FactsAt facts, PoolId pool, PlacementRequest request, Instant at) {
        return new Judgement(facts, facts.scene(pool, request.activities()), pool, request, at);
    }

    private PoolVerdict under(List<Demand> demands) {
        var withheld = withheld(demands);
        failures.addAll(scene.unknown());
        for (var demand : demands) {
            judgePlaces(demand.policy());
            judgeSeats(demand.policy());
            judgeControl(demand.control());
        }
        var encoder = request.retrieval().get(pool);
        judgeRetrieval(encoder, demands);
        var ordered = new ArrayList<>(failures);
        // Stable: within a rule, the order of the layers stays.
        ordered.sort(Comparator.comparing(RuleFailure::rule));
        return ordered.isEmpty()
                ? new PoolVerdict(pool, ordered, spill, caps, withheld, encoder)
                : new PoolVerdict(pool, ordered, false, new TreeMap<>(), new TreeSet<>(), encoder);
    }

    /// Whoever runs the encoder reads the request as whoever runs the model does: both pools must
    /// be permitted, or neither.
    private void judgeRetrieval(@Nullable PoolId encoder, List<Demand> demands) {
        if (encoder == null || encoder.equals(pool)) {
            return;
        }
        var there = of(facts, encoder, request.encodedOn(encoder), at).under(demands);
        there.failures()
                .forEach(
                        failure ->
                                failures.add(
                                        new RuleFailure(
                                                failure.rule(),
                                                Sentence.of(
                                                        "sovereignty.looks-up-on",
                                                        encoder,
                                                        failure.explanation()))));
        spill |= there.spill();
        caps.putAll(there.caps());
    }

    /// Sinks that the request can do without, each judged as if it were asked for alone. One that
    /// would use up a consent's cap is not worth it.
    private SortedSet<Activity> withheld(List<Demand> demands) {
        var withheld = new TreeSet<Activity>();
        if (!pool.equals(INSTALLATION)) {
            for (var kind : request.activities()) {
                if (kind.spared()) {
                    var alone =
                            of(facts, INSTALLATION, request.only(INSTALLATION, kind), at)
                                    .under(demands);
                    if (!alone.eligible() || !alone.caps().isEmpty()) {
                        withheld.add(kind);
                    }
                }
            }
        }
        return withheld;
    }

    private void judgePlaces(ResidencyPolicy policy) {
        if (scene.liesWithin(policy)) {
            return;
        }
        scene.places()
                .forEach(
                        (facility, activities) ->
                                activities.forEach(
                                        activity -> judgePlace(policy, facility, activity)));
    }

    private void judgePlace(
            ResidencyPolicy policy, Facility facility, ProcessingActivity activity) {
        var perimeter = policy.place(activity.category());
        if (perimeter.contains(facility.country())) {
            return;
        }
        var consents = naming(policy, facility, activity);
        // One without a cap first: nothing is used up that need not be.
        var covering =
                consents.stream()
                        .filter(consent -> consent.covers(request, at))
                        .min(Comparator.comparing(consent -> consent.tokenCap() != null));
        if (covering.isPresent()) {
            leanOn(covering.get());
            return;
        }
        failures.add(
                activity.kind() == Activity.PROCESS
                        ? new RuleFailure(
                                Rule.PLACE_PROCESS,
                                Sentence.of(
                                        "sovereignty.processed-outside",
                                        facility.name(),
                                        facility.country(),
                                        perimeter))
                        : new RuleFailure(
                                Rule.PLACE_STORE,
                                Sentence.of(
                                        "sovereignty.stored-outside",
                                        facility.name(),
                                        Scene.named(activity.kind()),
                                        facility.country(),
                                        perimeter)));
        if (!consents.isEmpty()) {
            failures.add(
                    new RuleFailure(
                            Rule.SPILL, Sentence.of("sovereignty.consent-does-not-cover", pool)));
        }
    }

    private static List<SpillConsent> naming(
            ResidencyPolicy policy, Facility facility, ProcessingActivity activity) {
        if (policy.consents().isEmpty()) {
            return List.of();
        }
        var there = new PoolId(activity.pool());
        return policy.consents().stream()
                .filter(consent -> consent.names(there, facility.country()))
                .toList();
    }

    private void leanOn(SpillConsent consent) {
        spill = true;
        if (consent.tokenCap() != null) {
            caps.put(consent.id(), consent.tokenCap());
        }
    }

    private void judgeSeats(ResidencyPolicy policy) {
        Perimeter perimeter = policy.operatorSeat();
        if (perimeter == null || scene.isSeatedWithin(perimeter)) {
            return;
        }
        for (var operator : scene.operators()) {
            if (!facts.attested(operator.id(), Criterion.SEAT)) {
                unknown(Sentence.of("sovereignty.seat-unattested", operator.name()));
            }
            for (var seat : Seat.values()) {
                judgeSeat(operator, seat, perimeter);
            }
        }
    }

    private void judgeSeat(LegalEntity operator, Seat seat, Perimeter perimeter) {
        var country = seat.country(operator);
        if (country == null) {
            unknown(seat.unknown(operator.name()));
        } else if (!perimeter.contains(country)) {
            failures.add(
                    new RuleFailure(
                            Rule.OPERATOR_SEAT, seat.outside(operator.name(), country, perimeter)));
        }
    }

    private void judgeControl(@Nullable ControlTable control) {
        if (control == null) {
            return;
        }
        for (var operator : scene.operators()) {
            if (!facts.attested(operator.id(), Criterion.CONTROL)) {
                unknown(Sentence.of("sovereignty.control-unattested", operator.name()));
            }
            control.outsideControl(operator)
                    .ifPresent(why -> failures.add(new RuleFailure(Rule.OPERATOR_CONTROL, why)));
        }
    }

    private void unknown(Sentence explanation) {
        failures.add(new RuleFailure(Rule.FACT_UNKNOWN, explanation));
    }
}
