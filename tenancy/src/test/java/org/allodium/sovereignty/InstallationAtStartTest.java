package org.allodium.sovereignty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.internal.InstallationAtStart;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.TestDatabase;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InstallationAtStartTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);
    private static final TenantId TENANT = new TenantId(UUID.randomUUID());
    private static final TenantScope OFFICE =
            TenantScope.platform("office", Set.of(Role.SECURITY_OFFICER));
    private static final Map<String, String> PLACE =
            Map.of(
                    "allodium.installation.facility", "Machine hall",
                    "allodium.installation.country", "XA",
                    "allodium.installation.operator", "City of Sydal",
                    "allodium.installation.operator.form", "PUBLIC_BODY");

    private TestDatabase database;
    private Residency residency;
    private InstallationAtStart start;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
        residency = new Residency(database.platform(), CLOCK, database.news());
        start = new InstallationAtStart(database.platform(), CLOCK, database.news());
        OFFICE.run(() -> residency.offerPolicies(FictionalCountry.read().policies()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatIsConfiguredIsKnownFromTheStart() {
        assertThat(may(Activity.REQUEST_LOG)).as("nothing said").isFalse();
        start.record(new Settings(Map.of()));
        assertThat(may(Activity.REQUEST_LOG)).as("nothing configured").isFalse();
        start.record(new Settings(PLACE));
        for (var sink : List.of(Activity.REQUEST_LOG, Activity.LEDGER, Activity.ANSWER_CACHE)) {
            assertThat(may(sink)).as("%s", sink).isTrue();
        }
        assertThat(may(Activity.TRACE)).as("there are none").isFalse();
    }

    @Test
    void theSameWordsAreSaidOnceSoThatAWithdrawalStays() {
        start.record(new Settings(PLACE));
        long epoch = epoch();
        start.record(new Settings(PLACE));
        assertThat(epoch()).isEqualTo(epoch);
        OFFICE.run(
                () ->
                        residency.withdrawFact(
                                new ProcessingActivity(
                                        "installation",
                                        Activity.REQUEST_LOG,
                                        DataCategory.TELEMETRY,
                                        "installation")));
        start.record(new Settings(PLACE));
        assertThat(may(Activity.REQUEST_LOG)).isFalse();
    }

    @Test
    void otherWordsReplaceTheOld() {
        var more = new HashMap<>(PLACE);
        more.put("allodium.installation.sink.trace", "installation");
        start.record(new Settings(more));
        assertThat(may(Activity.TRACE)).isTrue();
        start.record(new Settings(PLACE));
        assertThat(may(Activity.TRACE)).as("named no more").isFalse();
        more.put("allodium.installation.sink.request.log", "harbour-city");
        OFFICE.run(() -> residency.recordNew(FictionalCountry.read().facts()));
        start.record(new Settings(more));
        assertThat(may(Activity.REQUEST_LOG)).as("abroad").isFalse();
        assertThat(may(Activity.LEDGER)).as("at home").isTrue();
    }

    @Test
    void somethingHalfSaidStopsTheStart() {
        for (String missing : List.of("facility", "country", "operator")) {
            var half = new HashMap<>(PLACE);
            half.remove("allodium.installation." + missing);
            assertThatThrownBy(() -> start.record(new Settings(half)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("allodium.installation." + missing);
        }
        var odd = new HashMap<>(PLACE);
        odd.put("allodium.installation.country", "Sydal");
        assertThatThrownBy(() -> start.record(new Settings(odd)))
                .hasMessageContaining("ISO 3166-1");
    }

    @Test
    void theDemosFactsAreAddedToAFolderThatHasOnlyTheOldOnes() {
        var demo = FictionalCountry.read().facts();
        var old =
                Facts.of(
                        demo.all().stream()
                                .filter(fact -> !fact.key().startsWith("installation"))
                                .toList());
        OFFICE.run(() -> residency.recordFacts(old));
        var withdrawn = demo.facility("sydal").orElseThrow();
        OFFICE.run(() -> residency.withdrawFact(withdrawn));
        assertThat(may(Activity.LEDGER)).isFalse();
        OFFICE.run(() -> residency.recordNew(demo));
        assertThat(may(Activity.LEDGER)).isTrue();
        assertThat(residency.place(new PoolId("sydal-cpu"))).as("stays withdrawn").isEmpty();
    }

    private boolean may(Activity sink) {
        return TenantScope.of(TENANT, "member", Set.of(Role.MEMBER))
                .get(() -> residency.mayTouch(TENANT, sink));
    }

    private long epoch() {
        var question = new PlacementRequest(TENANT, null, null, List.of(), Set.of(), null, null);
        return TenantScope.of(TENANT, "member", Set.of(Role.MEMBER))
                .get(() -> residency.decide(question))
                .epoch();
    }

    /// Configuration as a map; only what is read here.
    private record Settings(Map<String, String> values) implements Config {
        @Override
        public <T> Optional<T> getOptionalValue(String name, Class<T> type) {
            var text = Optional.ofNullable(values.get(name));
            if (type == LegalEntity.Form.class) {
                return text.map(LegalEntity.Form::valueOf).map(type::cast);
            }
            return text.map(type::cast);
        }

        @Override
        public <T> T getValue(String name, Class<T> type) {
            return getOptionalValue(name, type).orElseThrow();
        }

        @Override
        public ConfigValue getConfigValue(String name) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        public Iterable<String> getPropertyNames() {
            return values.keySet();
        }

        @Override
        public Iterable<ConfigSource> getConfigSources() {
            return List.of();
        }

        @Override
        public <T> Optional<Converter<T>> getConverter(Class<T> type) {
            return Optional.empty();
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new UnsupportedOperationException(type.getName());
        }
    }
}
