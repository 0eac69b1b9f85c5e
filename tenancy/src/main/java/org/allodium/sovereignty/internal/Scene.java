package org.allodium.sovereignty.internal;

import static org.allodium.sovereignty.ProcessingActivity.INSTALLATION;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.DataCategory;
import org.allodium.sovereignty.Facility;
import org.allodium.sovereignty.LegalEntity;
import org.allodium.sovereignty.Perimeter;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.ProcessingActivity;
import org.allodium.sovereignty.ResidencyPolicy;
import org.allodium.sovereignty.Rule;
import org.allodium.sovereignty.RuleFailure;
import org.jspecify.annotations.Nullable;

/// Which places some activities on a pool touch, who could reach them there, and what of that is
/// unknown. It follows from the facts alone, whatever the policy.
final class Scene {
    private final FactsAt facts;
    private final PoolId pool;
    private final Set<Activity> asked;

    /// In the order of their activities' keys.
    private final List<PoolId> owners;

    private final Set<RuleFailure> failures = new LinkedHashSet<>();

    /// The facilities that the request would touch, and what of it happens there.
    private final Map<Facility, Set<ProcessingActivity>> places = new LinkedHashMap<>();

    private final Map<String, LegalEntity> operators = new LinkedHashMap<>();

    /// Each category of data with each country that it is in.
    private final List<Whereabouts> whereabouts;

    private final Set<String> seats = new HashSet<>();
    private final boolean seatsAreKnown;

    private record Whereabouts(DataCategory category, String country) {}

    Scene(FactsAt facts, PoolId pool, Set<Activity> asked) {
        this.facts = facts;
        this.pool = pool;
        this.asked = asked;
        this.owners = owners(pool);
        findPlaces();
        findOperators();
        whereabouts = whereabouts();
        seatsAreKnown = operators.values().stream().allMatch(this::seatsAreKnown);
    }

    private List<Whereabouts> whereabouts() {
        var found = new LinkedHashSet<Whereabouts>();
        places.forEach(
                (facility, activities) ->
                        activities.forEach(
                                activity ->
                                        found.add(
                                                new Whereabouts(
                                                        activity.category(), facility.country()))));
        return List.copyOf(found);
    }

    private boolean seatsAreKnown(LegalEntity operator) {
        for (var seat : Seat.values()) {
            var country = seat.country(operator);
            if (country == null) {
                return false;
            }
            seats.add(country);
        }
        return facts.attested(operator.id(), Criterion.SEAT);
    }

    private static List<PoolId> owners(PoolId pool) {
        if (pool.equals(INSTALLATION)) {
            return List.of(pool);
        }
        boolean first = (pool + "/").compareTo(INSTALLATION + "/") < 0;
        return first ? List.of(pool, INSTALLATION) : List.of(INSTALLATION, pool);
    }

    /// What is not on record and would have to be, in the order in which it was looked for.
    Set<RuleFailure> unknown() {
        return failures;
    }

    Map<Facility, Set<ProcessingActivity>> places() {
        return places;
    }

    /// Everybody who could reach the data.
    Collection<LegalEntity> operators() {
        return operators.values();
    }

    /// Whether every place is inside what the policy demands for what happens there.
    boolean liesWithin(ResidencyPolicy policy) {
        for (var each : whereabouts) {
            if (!policy.place(each.category).contains(each.country)) {
                return false;
            }
        }
        return true;
    }

    /// Whether all seats of all operators are known to be inside.
    boolean isSeatedWithin(Perimeter perimeter) {
        return seatsAreKnown && perimeter.countries().containsAll(seats);
    }

    private void findPlaces() {
        var kinds = EnumSet.noneOf(Activity.class);
        kinds.addAll(asked);
        if (!pool.equals(INSTALLATION)) {
            findPool();
            kinds.add(Activity.PROCESS);
            kinds.removeIf(Activity::spared);
            if (kinds.stream().anyMatch(Activity::ofInstallation)) {
                facts.activitiesOf(INSTALLATION).stream()
                        .map(ProcessingActivity::kind)
                        .filter(Activity::standing)
                        .forEach(kinds::add);
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
        if (!facts.attested(pool.value(), Criterion.OPERATION)) {
            unknown(Sentence.of("sovereignty.pool-operation-unattested", pool));
        }
        touch(known.get().facility(), null);
    }

    /// Whoever operates what takes requests in can reach them all.
    private void findInstallation() {
        if (!facts.attested(INSTALLATION.value(), Criterion.OPERATION)) {
            unknown(Sentence.of("sovereignty.installation-operation-unattested"));
        }
        var assigned = facts.operatorsOf(INSTALLATION);
        if (assigned.isEmpty()) {
            unknown(Sentence.of("sovereignty.installation-operator-unknown"));
        }
        assigned.stream().filter(a -> a.technicalAccess()).forEach(a -> meet(a.entity()));
    }

    /// Every place that is on record for an activity counts, the pool's own and the installation's.
    private void find(Activity kind) {
        var found = onRecord(kind);
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

    private List<ProcessingActivity> onRecord(Activity kind) {
        var found = new ArrayList<ProcessingActivity>();
        for (var owner : owners) {
            for (var activity : facts.activitiesOf(owner)) {
                if (activity.kind() == kind) {
                    found.add(activity);
                }
            }
        }
        return found;
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
        if (!facts.attested(facilityId, Criterion.PLACE)) {
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
            var assigned = facts.operatorsOf(pool);
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

    private void unknown(Sentence explanation) {
        failures.add(new RuleFailure(Rule.FACT_UNKNOWN, explanation));
    }

    static Sentence named(Activity kind) {
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
