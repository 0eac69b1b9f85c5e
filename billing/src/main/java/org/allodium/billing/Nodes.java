package org.allodium.billing;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.allodium.billing.internal.BillingConfig;
import org.allodium.billing.internal.NodeTable;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.TenantScope;
import org.jdbi.v3.core.JdbiException;

/// The servers that share this database, and which of them live. See decision 0165.
@ApplicationScoped
public class Nodes {
    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Inject BillingConfig config;
    @Inject Clock clock;

    public enum State {
        LIVES,
        /// Nothing was heard of it for so long that others may take over, or have.
        SILENT,
        /// It was stopped.
        ENDED
    }

    /// @param since when it started, was last heard of, or ended
    public record Node(String name, State state, Instant since) {}

    /// What this one is called.
    @Anyone
    public String own() {
        return config.node();
    }

    /// By name; those that ended or fell silent long ago are forgotten.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.INSPECT_MODELS)
    public List<Node> all() {
        TenantScope.current().demandPlatform();
        try {
            return new NodeTable(Database.over(platform)).all(clock.instant());
        } catch (JdbiException e) {
            throw Refused.of(ErrorCode.OVERLOADED, "billing.nodes-away").because(e);
        }
    }
}
