package org.allodium.demo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.allodium.billing.Application;
import org.allodium.billing.ApplicationId;
import org.allodium.billing.Applications;
import org.allodium.billing.Grants;
import org.allodium.billing.ModelPrice;
import org.allodium.billing.OpenProgramme;
import org.allodium.billing.Prices;
import org.allodium.billing.Programme;
import org.allodium.billing.Programmes;
import org.allodium.billing.SubmitApplication;
import org.allodium.kernel.Money;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantScope;

/// The demo's prices, programmes and grants, each asked for and approved as in real life. Each step
/// looks first whether it is done.
@ApplicationScoped
class DemoMoney {
    private static final int GRANT_DAYS = 122;
    private static final Money CACHED = Money.euro("0.000002");

    @Inject Prices prices;
    @Inject Programmes programmes;
    @Inject Applications applications;
    @Inject Grants grants;
    @Inject DemoCast cast;
    @Inject Clock clock;

    void announcePrices(DemoFile demo) {
        officer(demo)
                .run(
                        () -> {
                            announce("allodium-guide", "0.18", "0.54");
                            announce("allodium-guide-abroad", "0.12", "0.36");
                            announce("all-minilm-l6-v2", "0.02", "0");
                        });
    }

    private void announce(String model, String input, String output) {
        if (prices.history(model).isEmpty()) {
            prices.announce(
                    new ModelPrice(
                            model, Money.euro(input), Money.euro(output), CACHED, clock.instant()));
        }
    }

    void openProgrammes(DemoFile demo) {
        var now = clock.instant();
        officer(demo)
                .run(
                        () -> {
                            open(
                                    new OpenProgramme(
                                            DemoOrganisation.RESEARCH,
                                            "Ministry of Science",
                                            "For research groups and public bodies that work with AI models. A short form, decided by an officer.",
                                            Money.euro("50000"),
                                            Money.euro("1000"),
                                            now,
                                            now.plus(Duration.ofDays(300)),
                                            Set.of(
                                                    OrganisationKind.RESEARCH,
                                                    OrganisationKind.PUBLIC_BODY)));
                            open(
                                    new OpenProgramme(
                                            DemoOrganisation.VOUCHERS,
                                            "Ministry of Economy",
                                            "For companies in their first five years that build on AI models.",
                                            Money.euro("20000"),
                                            Money.euro("500"),
                                            now,
                                            now.plus(Duration.ofDays(200)),
                                            Set.of(OrganisationKind.STARTUP)));
                        });
    }

    private void open(OpenProgramme command) {
        if (programmes.all().stream().noneMatch(one -> one.title().equals(command.title()))) {
            programmes.open(command);
        }
    }

    void grant(DemoOrganisation organisation, DemoFile demo) {
        var owner = cast.owner(organisation.slug(), demo);
        var tenant = owner.requireTenant();
        if (!owner.get(() -> grants.ofTenant(tenant)).isEmpty()) {
            return;
        }
        var application =
                owner.get(() -> applications.ofTenant(tenant)).stream()
                        .filter(one -> one.state() == Application.State.SUBMITTED)
                        .findFirst()
                        .map(Application::id)
                        .orElseGet(() -> submit(organisation, demo, owner));
        var person = demo.withRole("programme-officer").person();
        officer(demo)
                .run(
                        () ->
                                applications.approve(
                                        application,
                                        organisation.grant(),
                                        grants.today().plusDays(GRANT_DAYS),
                                        person));
    }

    private ApplicationId submit(DemoOrganisation organisation, DemoFile demo, TenantScope owner) {
        return owner.get(
                () ->
                        applications
                                .submit(
                                        new SubmitApplication(
                                                programme(organisation.programme()).id(),
                                                owner.requireTenant(),
                                                organisation.purpose(),
                                                organisation.field(),
                                                organisation.expectedUse(),
                                                organisation.grant(),
                                                demo.ownerOf(organisation.slug()).person()))
                                .id());
    }

    private Programme programme(String title) {
        List<Programme> all = programmes.all();
        return all.stream()
                .filter(one -> one.title().equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("There is no programme " + title));
    }

    private static TenantScope officer(DemoFile demo) {
        return TenantScope.platform(
                demo.withRole("programme-officer").subject(), Set.of(Role.PROGRAMME_OFFICER));
    }
}
