package org.allodium.identity.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.identity.internal.keycloak.KeycloakAdmin;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells Keycloak what changed here. Memberships are ours and bind at once; Keycloak follows as
/// soon as it can, so that its tokens may name the organisation.
public final class KeycloakOutbox {
    private static final Logger LOG = LoggerFactory.getLogger(KeycloakOutbox.class);
    /// A node that took a note and died leaves it to the others after this time.
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final int BATCH = 50;

    private static final String TAKE =
            """
            update identity.keycloak_sync set due_at = :until, attempts = attempts + 1
            where id in (
                select id from identity.keycloak_sync where due_at <= :now
                order by due_at, id limit :batch for update skip locked)
            returning id, tenant_id, subject""";
    private final Database platform;
    private final Tenants tenants;
    private final KeycloakAdmin keycloak;
    private final Clock clock;

    private record Note(UUID id, TenantId tenant, String subject) {}

    public KeycloakOutbox(
            DataSource platform, Tenants tenants, KeycloakAdmin keycloak, Clock clock) {
        this.platform = Database.over(platform);
        this.tenants = tenants;
        this.keycloak = keycloak;
        this.clock = clock;
    }

    /// Works off what is due, and leaves for the next time what failed. Says how many are done.
    public int deliver() {
        int done = 0;
        for (var note : take()) {
            try {
                bringInLine(note);
                remove(note);
                done++;
            } catch (Refused e) {
                LOG.warn(
                        "Keycloak was not told about a member of tenant {}; it is tried again",
                        note.tenant(),
                        e);
            }
        }
        return done;
    }

    /// The truth of this moment, so that two notes in the wrong order do no harm.
    private void bringInLine(Note note) {
        TenantScope.platform("keycloak-outbox", Set.of())
                .run(
                        () -> {
                            var tenant = tenants.require(note.tenant());
                            var organisation = keycloak.ensureOrganisation(tenant);
                            if (tenants.membership(tenant.id(), note.subject()).isPresent()) {
                                keycloak.addMember(organisation, note.subject());
                            } else {
                                keycloak.removeMember(organisation, note.subject());
                            }
                        });
    }

    private List<Note> take() {
        var now = clock.instant();
        try {
            return platform.withHandle(
                    handle ->
                            handle.createQuery(TAKE)
                                    .bind("until", now.plus(LEASE))
                                    .bind("now", now)
                                    .bind("batch", BATCH)
                                    .map(
                                            row ->
                                                    new Note(
                                                            row.getColumn("id", UUID.class),
                                                            row.getColumn(
                                                                    "tenant_id", TenantId.class),
                                                            row.getColumn("subject", String.class)))
                                    .list());
        } catch (JdbiException e) {
            throw broken(e);
        }
    }

    private void remove(Note note) {
        try {
            platform.useHandle(
                    handle ->
                            handle.createUpdate("delete from identity.keycloak_sync where id = :id")
                                    .bind("id", note.id())
                                    .execute());
        } catch (JdbiException e) {
            throw broken(e);
        }
    }

    private static Refused broken(JdbiException cause) {
        return Refused.of(ErrorCode.SERVER_ERROR, "identity.outbox-unreadable").because(cause);
    }
}
