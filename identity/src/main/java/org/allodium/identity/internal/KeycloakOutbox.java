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
import org.jdbi.v3.core.result.RowView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells Keycloak what changed here. Memberships are ours and bind at once; Keycloak follows as
/// soon as it can, so that its tokens may name the organisation. Every node works the notes off.
/// See decision 0168.
public final class KeycloakOutbox {
    private static final Logger LOG = LoggerFactory.getLogger(KeycloakOutbox.class);
    /// A node that took a note and died leaves it to the others after this time.
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final int BATCH = 50;

    // Two nodes that take at once would each see nothing that the other has.
    private static final String ALONE =
            "select pg_advisory_xact_lock(hashtextextended('identity.keycloak_sync', 0))::text";
    // A tenant's notes lie with one node: another one could overtake it with an older truth.
    private static final String TAKE =
            """
            update identity.keycloak_sync set due_at = :until, attempts = attempts + 1
            where id in (
                select id from identity.keycloak_sync n where due_at <= :now
                    and not exists (select from identity.keycloak_sync o
                        where o.tenant_id = n.tenant_id and o.attempts > 0 and o.due_at > :now)
                order by due_at, id limit :batch)
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

    /// Works off what is due, and what comes meanwhile, which other nodes leave to this one. What
    /// failed waits for the next time. Says how many are done.
    public int deliver() {
        int done = 0;
        for (var notes = take(); !notes.isEmpty(); notes = take()) {
            for (var note : notes) {
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
            return platform.inTransaction(
                    handle -> {
                        handle.createQuery(ALONE).mapTo(String.class).one();
                        return handle.createQuery(TAKE)
                                .bind("until", now.plus(LEASE))
                                .bind("now", now)
                                .bind("batch", BATCH)
                                .map(KeycloakOutbox::note)
                                .list();
                    });
        } catch (JdbiException e) {
            throw broken(e);
        }
    }

    private static Note note(RowView row) {
        return new Note(
                row.getColumn("id", UUID.class),
                row.getColumn("tenant_id", TenantId.class),
                row.getColumn("subject", String.class));
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
