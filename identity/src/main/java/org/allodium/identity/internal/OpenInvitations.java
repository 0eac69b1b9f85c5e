package org.allodium.identity.internal;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/// Finds the invitations of somebody who belongs to no tenant yet. See decision 0011.
@ApplicationScoped
public class OpenInvitations {
    private static final String OPEN =
            """
            select id, tenant_id, invited_by, code_hash from identity.invitation
            where email = :email and accepted_at is null and withdrawn_at is null and expires_at > :now
            order by invited_at""";

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
            return code != null && OpaqueTokens.same(codeHash, hex(OpaqueTokens.hash(code)));
        }
    }

    public List<Found> of(EmailAddress address) {
        try {
            return Database.over(platform)
                    .withHandle(
                            handle ->
                                    handle.createQuery(OPEN)
                                            .bind("email", address)
                                            .bind("now", clock.instant())
                                            .map(OpenInvitations::found)
                                            .list());
        } catch (JdbiException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "identity.invitations-unreadable").because(e);
        }
    }

    private static Found found(RowView row) {
        return new Found(
                row.getColumn("id", UUID.class),
                row.getColumn("tenant_id", TenantId.class),
                row.getColumn("invited_by", String.class),
                hex(row.getColumn("code_hash", byte[].class)));
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
