package org.allodium.identity.internal;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.identity.internal.keycloak.KeycloakAdmin;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells Keycloak what changed here. Memberships are ours and bind at once; Keycloak follows as
/// soon as it can, so that its tokens may name the organisation.
public final class KeycloakOutbox {
    private static final Logger LOG = LoggerFactory.getLogger(KeycloakOutbox.class);
    /// A node that took a note and died leaves it to the others after this time.
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final int BATCH = 50;

    private final DataSource platform;
    private final Tenants tenants;
    private final KeycloakAdmin keycloak;
    private final Clock clock;

    private record Note(UUID id, TenantId tenant, String subject) {}

    public KeycloakOutbox(
            DataSource platform, Tenants tenants, KeycloakAdmin keycloak, Clock clock) {
        this.platform = platform;
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
        try (var connection = platform.getConnection();
                var statement =
                        connection.prepareStatement(
                                "update identity.keycloak_sync set due_at = ?, attempts = attempts"
                                        + " + 1 where id in (select id from identity.keycloak_sync"
                                        + " where due_at <= ? order by due_at, id limit ?"
                                        + " for update skip locked)"
                                        + " returning id, tenant_id, subject")) {
            statement.setObject(1, Times.sql(now.plus(LEASE)));
            statement.setObject(2, Times.sql(now));
            statement.setInt(3, BATCH);
            var notes = new ArrayList<Note>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    notes.add(
                            new Note(
                                    rows.getObject(1, UUID.class),
                                    new TenantId(rows.getObject(2, UUID.class)),
                                    rows.getString(3)));
                }
            }
            return notes;
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    private void remove(Note note) {
        try (var connection = platform.getConnection();
                var statement =
                        connection.prepareStatement(
                                "delete from identity.keycloak_sync where id = ?")) {
            statement.setObject(1, note.id());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    private static Refused broken(SQLException cause) {
        return Refused.of(ErrorCode.SERVER_ERROR, "identity.outbox-unreadable").because(cause);
    }
}
