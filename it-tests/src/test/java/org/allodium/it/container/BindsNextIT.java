package org.allodium.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import java.util.Set;
import java.util.UUID;
import org.allodium.tenancy.FoundOrganisation;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Roster;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/// What a transaction of the server changed is in memory when its commit returns.
@ArquillianTest
class BindsNextIT {
    private static final TenantScope ADMINISTRATOR =
            TenantScope.platform(UUID.randomUUID().toString(), Set.of(Role.ADMINISTRATOR));

    @Inject Tenants tenants;
    @Inject Roster roster;
    @Inject UserTransaction transaction;

    @Deployment
    static WebArchive war() {
        return ShippedWar.withTests();
    }

    @Test
    void aChangeBindsTheNextRequestWhoeverEndsTheTransaction() throws Exception {
        var tenant = found();
        for (int n = 1; n <= 50; n++) {
            allow(tenant, n);
            assertThat(allowed(tenant)).as("by the service's own transaction").isEqualTo(n);
            transaction.begin();
            allow(tenant, 1_000 + n);
            transaction.commit();
            assertThat(allowed(tenant)).as("by the caller's").isEqualTo(1_000 + n);
        }
        transaction.begin();
        allow(tenant, 5);
        transaction.rollback();
        assertThat(allowed(tenant)).as("taken back").isEqualTo(1_050);
    }

    private Tenant found() {
        var founder = new Person(UUID.randomUUID().toString(), "Ada", "ada@example.invalid");
        var command =
                new FoundOrganisation(
                        "Next " + UUID.randomUUID(),
                        OrganisationKind.RESEARCH,
                        "XA",
                        "XA-" + Math.abs(UUID.randomUUID().getMostSignificantBits()),
                        founder);
        return TenantScope.platform(founder.subject(), Set.of()).get(() -> tenants.found(command));
    }

    private void allow(Tenant tenant, int requests) {
        ADMINISTRATOR.run(
                () -> {
                    var seen = tenants.require(tenant.id()).limits();
                    tenants.changeLimits(tenant.id(), new Limits(requests, 700, 3), seen);
                });
    }

    private int allowed(Tenant tenant) {
        return roster.limits(tenant.id()).requestsPerMinute();
    }
}
