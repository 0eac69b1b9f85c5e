package org.allodium.sovereignty.internal;

import static org.allodium.sovereignty.ProcessingActivity.INSTALLATION;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.Facility;
import org.allodium.sovereignty.Facts;
import org.allodium.sovereignty.LegalEntity;
import org.allodium.sovereignty.Perimeter;
import org.allodium.sovereignty.PlacementRequest;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PolicyStack.Layer;
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
    private final Facts facts;
    private final PoolId pool;
    private final PlacementRequest request;
    private final Instant at;
    private final Set<RuleFailure> failures = new LinkedHashSet<>();

    /// The facilities that the request would touch, and what of it happens there.
    private final Map<Facility, Set<ProcessingActivity>> places = new LinkedHashMap<>();

    private final Map<String, LegalEntity> operators = new LinkedHashMap<>();
    private final SortedMap<String, Long> caps = new TreeMap<>();
    private boolean spill;

    public Judgement(Facts facts, PoolId pool, PlacementRequest request, Instant at) {
        this.facts = facts;
        this.pool = pool;
        this.request = request;
        this.at = at;
    }

    public PoolVerdict under(List<Layer> layers) {
        var withheld = withheld(layers);
        findPlaces();
        findOperators();
        for (var layer : layers) {
            judgePlaces(layer.policy());
            judgeSeats(layer.policy());
            judgeControl(layer.policy());
        }
        var encoder = request.retrieval().get(pool);
        judgeRetrieval(encoder, layers);
        var ordered = new ArrayList<>(failures);
        // Stable: within a rule, the order of the layers stays.
        ordered.sort(Comparator.comparing(RuleFailure::rule));
        return ordered.isEmpty()
                ? new PoolVerdict(pool, ordered, spill, caps, withheld, encoder)
                : new PoolVerdict(pool, ordered, false, new TreeMap<>(), new TreeSet<>(), encoder);
    }

    /// Whoever runs the encoder reads the request as whoever runs the model does: both pools must
    /// be permitted, or neither.
    private void judgeRetrieval(@Nullable PoolId encoder, List<Layer> layers) {
        if (encoder == null || encoder.equals(pool)) {
            return;
        }
        var there = new Judgement(facts, encoder, request.encodedOn(encoder), at).under(layers);
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
    private SortedSet<Activity> withheld(List<Layer> layers) {
        var withheld = new TreeSet<Activity>();
        if (!pool.equals(INSTALLATION)) {
            for (var kind : request.activities()) {
                if (kind.spared()) {
                    var alone =
                            new Judgement(facts, INSTALLATION, request.only(INSTALLATION, kind), at)
                                    .under(layers);
                    if (!alone.eligible() || !alone.caps().isEmpty()) {
                        withheld.add(kind);
                    }
                }
            }
        }
        return withheld;
    }

    private void findPlaces() {
        var kinds = EnumSet.noneOf(Activity.class);
        kinds.addAll(request.activities());
        if (!pool.equals(INSTALLATION)) {
            findPool();
            kinds.add(Activity.PROCESS);
            kinds.removeIf(Activity::spared);
            if (kinds.stream().anyMatch(Activity::ofInstallation)) {
                facts.activities().stream()
                        .filter(a -> of(INSTALLATION, a) && a.kind().standing())
                        .forEach(a -> kinds.add(a.kind()));
            }
        }
        if (kinds.stream().anyMatch(Activity::ofInstallation)) {
            findInstallation();
        }
        kinds.forEach(this::find);
    }

    private void findPool() {
        var known = facts.pool(pool);
        if (known.isEmpty()) {
            unknown(Sentence.of("sovereignty.pool-unknown", pool));
            return;
        }
        if (!facts.attested(pool.value(), Criterion.OPERATION, at)) {
            unknown(Sentence.of("sovereignty.pool-operation-unattested", pool));
        }
        touch(known.get().facility(), null);
    }

    /// Whoever operates what takes requests in can reach them all.
    private void findInstallation() {
        if (!facts.attested(INSTALLATION.value(), Criterion.OPERATION, at)) {
            unknown(Sentence.of("sovereignty.installation-operation-unattested"));
        }
        var assigned = facts.operatorsOf(INSTALLATION, at);
        if (assigned.isEmpty()) {
            unknown(Sentence.of("sovereignty.installation-operator-unknown"));
        }
        assigned.stream().filter(a -> a.technicalAccess()).forEach(a -> meet(a.entity()));
    }

    /// Every place that is on record for an activity counts, the pool's own and the installation's.
    private void find(Activity kind) {
        var found =
                facts.activities().stream()
                        .filter(a -> a.kind() == kind)
                        .filter(a -> of(pool, a) || of(INSTALLATION, a))
                        .toList();
        if (kind.ofInstallation()
                ? found.stream()
                        .noneMatch(a -> of(INSTALLATION, a) && a.category() == kind.category())
                : found.isEmpty()) {
            unknown(
                    kind.ofInstallation()
                            ? Sentence.of("sovereignty.sink-place-unknown", named(kind))
                            : Sentence.of("sovereignty.activity-place-unknown", pool, named(kind)));
        }
        found.forEach(activity -> touch(activity.facility(), activity));
    }

    private static boolean of(PoolId owner, ProcessingActivity activity) {
        return activity.pool().equals(owner.value());
    }

    private void touch(String facilityId, @Nullable ProcessingActivity activity) {
        var facility = facts.facility(facilityId);
        if (facility.isEmpty()) {
            unknown(Sentence.of("sovereignty.facility-unknown", facilityId));
            return;
        }
        if (!facts.attested(facilityId, Criterion.PLACE, at)) {
            unknown(Sentence.of("sovereignty.place-unattested", facility.get().name()));
        }
        var happening = places.computeIfAbsent(facility.get(), f -> new LinkedHashSet<>());
        if (activity != null) {
            happening.add(activity);
        }
    }

    /// Everybody who could reach the data: assigned to the pool, or running a facility it touches.
    private void findOperators() {
        if (!pool.equals(INSTALLATION)) {
            var assigned = facts.operatorsOf(pool, at);
            if (assigned.isEmpty()) {
                unknown(Sentence.of("sovereignty.pool-operator-unknown", pool));
            }
            assigned.stream().filter(a -> a.technicalAccess()).forEach(a -> meet(a.entity()));
        }
        places.keySet().forEach(facility -> meet(facility.operator()));
    }

    private void meet(String entityId) {
        var entity = facts.entity(entityId);
        if (entity.isEmpty()) {
            unknown(Sentence.of("sovereignty.operator-unknown", entityId));
            return;
        }
        operators.put(entityId, entity.get());
    }

    private void judgePlaces(ResidencyPolicy policy) {
        places.forEach(
                (facility, activities) ->
                        activities.forEach(activity -> judgePlace(policy, facility, activity)));
    }

    private void judgePlace(
            ResidencyPolicy policy, Facility facility, ProcessingActivity activity) {
        var perimeter = policy.place(activity.category());
        if (perimeter.contains(facility.country())) {
            return;
        }
        var consents =
                policy.consents().stream()
                        .filter(
                                consent ->
                                        consent.names(
                                                new PoolId(activity.pool()), facility.country()))
                        .toList();
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
                                        named(activity.kind()),
                                        facility.country(),
                                        perimeter)));
        if (!consents.isEmpty()) {
            failures.add(
                    new RuleFailure(
                            Rule.SPILL, Sentence.of("sovereignty.consent-does-not-cover", pool)));
        }
    }

    private void leanOn(SpillConsent consent) {
        spill = true;
        if (consent.tokenCap() != null) {
            caps.put(consent.id(), consent.tokenCap());
        }
    }

    private void judgeSeats(ResidencyPolicy policy) {
        Perimeter perimeter = policy.operatorSeat();
        if (perimeter == null) {
            return;
        }
        for (var operator : operators.values()) {
            if (!facts.attested(operator.id(), Criterion.SEAT, at)) {
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

    private void judgeControl(ResidencyPolicy policy) {
        Perimeter perimeter = policy.operatorControl();
        if (perimeter == null) {
            return;
        }
        var walk = new ControlWalk(facts, perimeter, policy.thresholds(), at);
        for (var operator : operators.values()) {
            if (!facts.attested(operator.id(), Criterion.CONTROL, at)) {
                unknown(Sentence.of("sovereignty.control-unattested", operator.name()));
            }
            walk.outsideControl(operator)
                    .ifPresent(why -> failures.add(new RuleFailure(Rule.OPERATOR_CONTROL, why)));
        }
    }

    private void unknown(Sentence explanation) {
        failures.add(new RuleFailure(Rule.FACT_UNKNOWN, explanation));
    }

    private static Sentence named(Activity kind) {
        return switch (kind) {
            case PROCESS -> Sentence.of("sovereignty.activity-process");
            case CACHE -> Sentence.of("sovereignty.activity-cache");
            case KV_CACHE -> Sentence.of("sovereignty.activity-kv-cache");
            case LOG -> Sentence.of("sovereignty.activity-log");
            case ANSWER_CACHE -> Sentence.of("sovereignty.activity-answer-cache");
            case REQUEST_LOG -> Sentence.of("sovereignty.activity-request-log");
            case TRACE -> Sentence.of("sovereignty.activity-trace");
            case METRICS -> Sentence.of("sovereignty.activity-metrics");
            case RECEIPT -> Sentence.of("sovereignty.activity-receipt");
            case LEDGER -> Sentence.of("sovereignty.activity-ledger");
            case DIRECTORY -> Sentence.of("sovereignty.activity-directory");
            case KEPT_ANSWER -> Sentence.of("sovereignty.activity-kept-answer");
            case MAIL -> Sentence.of("sovereignty.activity-mail");
            case BACKUP -> Sentence.of("sovereignty.activity-backup");
        };
    }
}
