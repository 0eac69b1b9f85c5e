package org.allodium.identity.internal;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// Finds the invitations of somebody who belongs to no tenant yet.
/// See decision 0011.
@ApplicationScoped
public class OpenInvitations {
    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Inject Clock clock;

    /// For CDI.
    public OpenInvitations() {}

    public OpenInvitations(DataSource platform, Clock clock) {
        this.platform = platform;
        this.clock = clock;
    }

    public record Found(UUID id, TenantId tenant, String invitedBy, String codeHash) {
        public boolean hasCode(@Nullable String code) {
            return code != null && Secrets.same(codeHash, hex(Secrets.hash(code)));
        }
    }

    public List<Found> of(EmailAddress address) {
        try (var connection = platform.getConnection();
                var statement =
                        connection.prepareStatement(
                                "select id, tenant_id, invited_by, code_hash from"
                                        + " identity.invitation where email = ?"
                                        + " and accepted_at is null and withdrawn_at is null"
                                        + " and expires_at > ? order by invited_at")) {
            statement.setString(1, address.text());
            statement.setObject(2, Times.sql(clock.instant()));
            var found = new ArrayList<Found>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(
                            new Found(
                                    rows.getObject(1, UUID.class),
                                    new TenantId(rows.getObject(2, UUID.class)),
                                    rows.getString(3),
                                    hex(rows.getBytes(4))));
                }
            }
            return found;
        } catch (SQLException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "identity.invitations-unreadable").because(e);
        }
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
