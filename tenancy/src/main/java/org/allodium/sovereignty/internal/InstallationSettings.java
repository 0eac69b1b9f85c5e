package org.allodium.sovereignty.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.allodium.sovereignty.Attestation;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.Facility;
import org.allodium.sovereignty.Fact;
import org.allodium.sovereignty.Facts;
import org.allodium.sovereignty.LegalEntity;
import org.allodium.sovereignty.OperatorAssignment;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.ProcessingActivity;
import org.eclipse.microprofile.config.Config;

/// Where this installation is and who operates it, as its operator configures it, and what follows
/// about its own sinks. `elsewhere` names, by a facility's id, sinks that are not at that place.
record InstallationSettings(
        String facility,
        String country,
        String operator,
        String operatorCountry,
        LegalEntity.Form operatorForm,
        SortedMap<String, String> elsewhere) {
    InstallationSettings {
        elsewhere = Collections.unmodifiableSortedMap(new TreeMap<>(elsewhere));
    }

    private static final String KEY = "allodium.installation.";
    private static final String PLACE = "installation";
    private static final String OPERATOR = "installation-operator";

    /// The configuration is the declaration: it holds for as long as it stands.
    private static final Duration VALIDITY = Duration.ofDays(3_650);

    /// Empty where nothing is said about the installation, so that nothing is known of its sinks;
    /// something half said stops the start.
    static Optional<InstallationSettings> read(Config config) {
        var said = new TreeMap<String, String>();
        for (String name : List.of("facility", "country", "operator")) {
            config.getOptionalValue(KEY + name, String.class)
                    .ifPresent(value -> said.put(name, value.strip()));
        }
        if (said.isEmpty()) {
            return Optional.empty();
        }
        for (String name : List.of("facility", "country", "operator")) {
            if (!said.containsKey(name)) {
                throw new IllegalStateException(
                        "%s%s is missing beside %s".formatted(KEY, name, said.keySet()));
            }
        }
        var country = country(KEY + "country", Objects.requireNonNull(said.get("country")));
        return Optional.of(
                new InstallationSettings(
                        Objects.requireNonNull(said.get("facility")),
                        country,
                        Objects.requireNonNull(said.get("operator")),
                        config.getOptionalValue(KEY + "operator.country", String.class)
                                .map(code -> country(KEY + "operator.country", code.strip()))
                                .orElse(country),
                        config.getOptionalValue(KEY + "operator.form", LegalEntity.Form.class)
                                .orElse(LegalEntity.Form.COMPANY),
                        elsewhere(config)));
    }

    private static SortedMap<String, String> elsewhere(Config config) {
        var found = new TreeMap<String, String>();
        for (var sink : Activity.values()) {
            if (sink.ofInstallation()) {
                var key = KEY + "sink." + sink.name().toLowerCase(Locale.ROOT).replace('_', '.');
                config.getOptionalValue(key, String.class)
                        .ifPresent(facility -> found.put(sink.name(), facility.strip()));
            }
        }
        return found;
    }

    private static String country(String key, String code) {
        if (!code.matches("[A-Z]{2}")) {
            throw new IllegalStateException(
                    key + " is a code of two capital letters (ISO 3166-1), not " + code);
        }
        return code;
    }

    /// Says which settings an attestation rests on.
    String digest() {
        return Canonical.digest(this);
    }

    Facts facts(Instant at) {
        var facts = new ArrayList<Fact>();
        facts.add(
                new LegalEntity(
                        OPERATOR,
                        operator,
                        operatorForm,
                        null,
                        operatorCountry,
                        operatorCountry,
                        operatorCountry));
        facts.add(new Facility(PLACE, facility, country, null, OPERATOR));
        var installation = ProcessingActivity.INSTALLATION.value();
        facts.add(
                new OperatorAssignment(
                        installation,
                        OPERATOR,
                        OperatorAssignment.Role.PLATFORM_OPERATOR,
                        null,
                        at,
                        null));
        sinks().forEach(
                        (sink, place) ->
                                facts.add(
                                        new ProcessingActivity(
                                                installation, sink, sink.category(), place)));
        facts.add(attested(OPERATOR, Criterion.SEAT, at));
        facts.add(attested(OPERATOR, Criterion.CONTROL, at));
        facts.add(attested(PLACE, Criterion.PLACE, at));
        facts.add(attested(installation, Criterion.OPERATION, at));
        return Facts.of(facts);
    }

    /// A standing sink exists only where the settings name one.
    private Map<Activity, String> sinks() {
        var places = new EnumMap<Activity, String>(Activity.class);
        for (var sink : Activity.values()) {
            var elsewhere = this.elsewhere.get(sink.name());
            if (sink.ofInstallation() && (elsewhere != null || !sink.standing())) {
                places.put(sink, elsewhere == null ? PLACE : elsewhere);
            }
        }
        return places;
    }

    private Attestation attested(String subject, Criterion criterion, Instant at) {
        return new Attestation(
                subject + "/" + criterion,
                subject,
                criterion,
                Attestation.Kind.SELF_ASSESSMENT,
                operator,
                at,
                at.plus(VALIDITY),
                digest(),
                true);
    }
}
