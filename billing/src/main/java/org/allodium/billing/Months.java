package org.allodium.billing;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.time.YearMonth;
import java.util.List;
import javax.sql.DataSource;
import org.allodium.billing.internal.MonthDoors;
import org.allodium.billing.internal.MonthExport;
import org.allodium.evidence.Receipts;
import org.allodium.kernel.Database;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.TenantScope;

/// Months of usage, ledger and receipts as wholes: they can be put away and brought back, and no
/// sum changes. See decision 0164.
@ApplicationScoped
public class Months {
    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Inject Clock clock;
    @Inject Receipts receipts;

    /// The newest first; those that are made ahead are not among them.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.SEE_MONTHS)
    public List<Month> list() {
        TenantScope.current().demandPlatform();
        return doors().list();
    }

    /// All of its tables in one transaction. Its receipts answer `archived` from then on.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.MOVE_MONTHS)
    public Month detach(YearMonth month) {
        TenantScope.current().demandPlatform();
        return doors().detach(month, TenantScope.current().subject());
    }

    /// Only as what it was when it was detached.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.MOVE_MONTHS)
    public Month attach(YearMonth month) {
        TenantScope.current().demandPlatform();
        return doors().attach(month, TenantScope.current().subject());
    }

    /// Refuses at once what cannot be exported; the rest happens when it is written, in the name
    /// of whoever asked here. It holds the receipts of all organisations.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.EXPORT_MONTHS)
    public MonthArchive export(YearMonth month) {
        TenantScope.current().demandPlatform();
        doors().requireExportable(month);
        return new MonthExport(
                Database.over(platform),
                clock,
                month,
                TenantScope.current().subject(),
                receipts.jwks());
    }

    private MonthDoors doors() {
        return new MonthDoors(Database.over(platform), clock);
    }
}
