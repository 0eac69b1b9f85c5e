package org.allodium.identity.internal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// The present tenant's invitations, and the notes for Keycloak that go with them.
@ApplicationScoped
public class InvitationRepository {
    @PersistenceContext(unitName = "allodium")
    EntityManager manager;

    @Inject @Nullable Event<KeycloakNews> news;
    @Inject Clock clock;

    /// For CDI.
    public InvitationRepository() {}

    public InvitationRepository(EntityManager manager, Clock clock) {
        this.manager = manager;
        this.clock = clock;
    }

    public void add(InvitationEntry invitation) {
        manager.persist(invitation);
        manager.flush();
    }

    /// Until the transaction ends nobody else, on whatever node, invites this address.
    public void hold(TenantId tenant, EmailAddress address) {
        manager.createNativeQuery(
                        "select pg_advisory_xact_lock(hashtextextended(:invited, 0))::text",
                        String.class)
                .setParameter("invited", "identity.invitation " + tenant + " " + address.text())
                .getSingleResult();
    }

    public void flush() {
        manager.flush();
    }

    public InvitationEntry require(UUID id) {
        @Nullable InvitationEntry found = manager.find(InvitationEntry.class, id);
        if (found == null) {
            throw Refused.of(ErrorCode.NOT_FOUND, "identity.no-such-invitation");
        }
        return found;
    }

    /// Newest first.
    public List<InvitationEntry> all(TenantId tenant) {
        return manager.createQuery(
                        "select i from InvitationEntry i where i.tenant = :tenant"
                                + " order by i.invitedAt desc, i.id desc",
                        InvitationEntry.class)
                .setParameter("tenant", tenant.value())
                .getResultList();
    }

    /// In the same transaction as the change of membership that it is about.
    public void tellKeycloak(TenantId tenant, String subject) {
        manager.persist(
                new KeycloakSync(Ids.timeOrdered(clock), tenant.value(), subject, clock.instant()));
        manager.flush();
        if (news != null) {
            news.fire(new KeycloakNews(subject));
        }
    }
}
