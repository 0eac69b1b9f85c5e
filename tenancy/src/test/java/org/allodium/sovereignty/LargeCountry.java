package org.allodium.sovereignty;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.LegalEntity.Form;
import org.allodium.sovereignty.PlacementRequest.Activity;

/// Fifty pools and two thousand facts: each pool has a facility and two operators of its own, each
/// operator a chain of three holders; every fifth pool stands abroad, every seventh is held from a
/// third country.
final class LargeCountry {
    static final int POOLS = 50;
    static final int FACTS = 2_000;

    /// When the last of its facts begins.
    static final Instant LATEST = Instant.parse("2026-11-01T00:00:00Z");

    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2030-01-01T00:00:00Z");
    private static final int HOLDERS = 3;

    private final List<Fact> facts = new ArrayList<>();

    private LargeCountry() {}

    static Facts facts() {
        var country = new LargeCountry();
        for (int n = 0; n < POOLS; n++) {
            country.pool(n);
        }
        country.installation();
        for (int n = 0; country.facts.size() < FACTS; n++) {
            // Old certificates stay on record.
            country.attest("facility-" + n % POOLS, Criterion.PLACE, "old-" + n, FROM);
        }
        return Facts.of(country.facts);
    }

    static List<PoolId> pools() {
        return IntStream.range(0, POOLS).mapToObj(n -> new PoolId("pool-" + n)).toList();
    }

    private void pool(int n) {
        var pool = "pool-" + n;
        var facility = "facility-" + n;
        var country = n % 5 == 4 ? "XB" : "XA";
        facts.add(new PoolFacts(pool, facility));
        attest(pool, Criterion.OPERATION, "audit", UNTIL);
        for (var role :
                List.of(
                        OperatorAssignment.Role.PLATFORM_OPERATOR,
                        OperatorAssignment.Role.INFRASTRUCTURE_OPERATOR)) {
            var operator = "operator-" + n + "-" + role;
            company(operator, country, n % 7 == 6 ? "XC" : country);
            facts.add(new OperatorAssignment(pool, operator, role, null, FROM, null));
        }
        facts.add(new Facility(facility, facility, country, null, operator(n)));
        attest(facility, Criterion.PLACE, "audit", UNTIL);
        for (var kind : List.of(Activity.PROCESS, Activity.KV_CACHE)) {
            facts.add(new ProcessingActivity(pool, kind, kind.category(), facility));
        }
        facts.add(new ProcessingActivity(pool, Activity.LOG, DataCategory.TELEMETRY, facility));
    }

    private static String operator(int n) {
        return "operator-" + n + "-" + OperatorAssignment.Role.INFRASTRUCTURE_OPERATOR;
    }

    /// Held by one who is held by one, up to a public body or to persons elsewhere.
    private void company(String id, String country, String heldFrom) {
        entity(id, Form.COMPANY, country);
        var held = id;
        for (int n = 1; n <= HOLDERS; n++) {
            var holder = id + "-holder-" + n;
            boolean last = n == HOLDERS;
            entity(holder, last ? Form.PUBLIC_BODY : Form.COMPANY, last ? heldFrom : country);
            var all = BigDecimal.valueOf(100);
            facts.add(new ControlRelation(holder, held, all, all, false, last, false, FROM, null));
            held = holder;
        }
    }

    private void entity(String id, Form form, String country) {
        facts.add(new LegalEntity(id, id, form, null, country, country, country));
        attest(id, Criterion.SEAT, "audit", UNTIL);
        attest(id, Criterion.CONTROL, "audit", UNTIL);
    }

    private void installation() {
        var installation = ProcessingActivity.INSTALLATION.value();
        attest(installation, Criterion.OPERATION, "audit", UNTIL);
        facts.add(
                new OperatorAssignment(
                        installation,
                        operator(0),
                        OperatorAssignment.Role.PLATFORM_OPERATOR,
                        null,
                        LATEST,
                        null));
        for (var kind : Activity.values()) {
            if (kind.ofInstallation()) {
                facts.add(
                        new ProcessingActivity(installation, kind, kind.category(), "facility-0"));
            }
        }
    }

    private void attest(String subject, Criterion criterion, String name, Instant until) {
        facts.add(
                new Attestation(
                        subject + "/" + criterion + "/" + name,
                        subject,
                        criterion,
                        Attestation.Kind.AUDIT,
                        "auditor",
                        FROM.minus(Duration.ofDays(365)),
                        until,
                        "00",
                        true));
    }
}
