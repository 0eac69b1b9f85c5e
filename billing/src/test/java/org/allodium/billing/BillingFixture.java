package org.allodium.billing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.allodium.billing.internal.BillingConfig;
import org.allodium.billing.internal.FundingProgramme;
import org.allodium.billing.internal.FundingRepository;
import org.allodium.billing.internal.GrantApplication;
import org.allodium.billing.internal.MovableClock;
import org.allodium.billing.internal.Scoped;
import org.allodium.evidence.Receipts;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.kernel.Money;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenancyFixture;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.TestDatabase;

/// Billing's services over a database with organisations.
final class BillingFixture implements AutoCloseable {
    static final Person OFFICER = TenancyFixture.person("Olaf Officer");

    final BillingConfig config = BillingConfig.defaults();
    final TestDatabase database = TestDatabase.fresh();
    final MovableClock clock = new MovableClock();
    final TenancyFixture tenancy;
    final Programmes programmes = new Programmes();
    final Applications applications = new Applications();
    final Grants grants = new Grants();
    final Budgets budgets = new Budgets();
    final Prices prices = new Prices();
    final Usage usage = new Usage();

    BillingFixture() {
        database.entityManagers(
                Stream.concat(
                                Stream.of(TenancyFixture.ENTITIES),
                                Stream.of(FundingProgramme.class, GrantApplication.class))
                        .toArray(Class<?>[]::new));
        tenancy = new TenancyFixture(database);
        var funding = new FundingRepository(database.entityManager());
        programmes.funding = funding;
        programmes.audit = tenancy.audit;
        programmes.clock = clock;
        applications.funding = funding;
        applications.tenants = tenancy.tenants;
        applications.verifications = tenancy.verifications;
        applications.audit = tenancy.audit;
        applications.clock = clock;
        budgets.platform = database.platform();
        budgets.clock = clock;
        budgets.receipts = new Receipts(key(), database.app(), clock);
        budgets.news = database.news();
        budgets.config = BillingConfig.defaults();
        budgets.start(new Object());
        grants.reads = new Scoped(database.app(), database.platform());
        grants.budgets = budgets;
        grants.config = config;
        grants.clock = clock;
        applications.config = config;
        usage.reads = grants.reads;
        usage.budgets = budgets;
        usage.projects = tenancy.projects;
        prices.funding = funding;
        prices.audit = tenancy.audit;
        prices.config = config;
        prices.clock = clock;
        prices.news = database.news();
        prices.open(database);
    }

    static TenantScope officer() {
        return TenantScope.platform(OFFICER.subject(), Set.of(Role.PROGRAMME_OFFICER));
    }

    static Person ownerOf(Tenant tenant) {
        return TenancyFixture.person("Owner of " + tenant.name());
    }

    static TenantScope owner(Tenant tenant) {
        return TenantScope.of(tenant.id(), ownerOf(tenant).subject(), Set.of(Role.OWNER));
    }

    /// As a container would run a `@Transactional` method in this scope.
    <T> T as(TenantScope scope, Supplier<T> work) {
        return database.inTransaction(scope, manager -> work.get());
    }

    OpenProgramme call(String budget, String ceiling) {
        return new OpenProgramme(
                "Compute for science",
                "Ministry of Science",
                "For research.",
                Money.euro(budget),
                Money.euro(ceiling),
                clock.instant(),
                clock.instant().plus(Duration.ofDays(100)),
                Set.of(OrganisationKind.RESEARCH));
    }

    ProgrammeId programme(String budget, String ceiling) {
        return as(officer(), () -> programmes.open(call(budget, ceiling)));
    }

    SubmitApplication form(ProgrammeId programme, Tenant tenant, String requested) {
        return new SubmitApplication(
                programme,
                tenant.id(),
                "We translate letters of the harbour's archive.",
                FieldOfScience.HUMANITIES_AND_THE_ARTS.key(),
                "About a thousand pages.",
                Money.euro(requested),
                ownerOf(tenant));
    }

    Application submitted(ProgrammeId programme, Tenant tenant, String requested) {
        return as(owner(tenant), () -> applications.submit(form(programme, tenant, requested)));
    }

    void use(BillingConfig other) {
        applications.config = other;
        grants.config = other;
    }

    /// Days are counted in UTC unless configured otherwise.
    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    Application approve(Application application, String amount) {
        return as(
                officer(),
                () ->
                        applications.approve(
                                application.id(),
                                Money.euro(amount),
                                today().plusDays(30),
                                OFFICER));
    }

    private static SigningKey key() {
        try {
            return SigningKey.open(
                    Files.createTempDirectory("billing").resolve("secrets/key.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        budgets.stop();
        database.close();
    }
}
