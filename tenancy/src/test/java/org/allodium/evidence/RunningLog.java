package org.allodium.evidence;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.allodium.evidence.internal.KeyRing;
import org.allodium.evidence.internal.LogName;
import org.allodium.kernel.Database;
import org.allodium.tenancy.TestDatabase;

/// Receipts with keys and a log over a test database, as a server has them; for the modules to the
/// right too.
public final class RunningLog implements AutoCloseable {
    public static final String ORIGIN = "log.example/test";

    private final Receipts receipts;

    private RunningLog(Receipts receipts) {
        this.receipts = receipts;
    }

    /// @param key the file of the key that signs receipts; the other lies beside it
    public static RunningLog over(TestDatabase database, Path key, Clock clock) {
        var log = stopped(database, key, clock);
        log.receipts.startLog(KeyUse.CHECKPOINTS.file(key));
        return log;
    }

    /// With everything but a sequencer.
    static RunningLog stopped(TestDatabase database, Path key, Clock clock) {
        var ring =
                Database.over(database.platform())
                        .withHandle(
                                handle -> {
                                    LogName.establish(handle, Optional.of(ORIGIN));
                                    var register = new KeyRegister(key, clock);
                                    return new KeyRing(register.open(handle.getConnection()), key);
                                });
        var receipts = new Receipts(ring, database.app(), clock);
        receipts.platform = database.platform();
        return new RunningLog(receipts);
    }

    public Receipts receipts() {
        return receipts;
    }

    @Override
    public void close() {
        receipts.stopLog();
    }
}
