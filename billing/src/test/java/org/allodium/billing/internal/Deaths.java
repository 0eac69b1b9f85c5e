package org.allodium.billing.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.allodium.billing.internal.AnsweringHouse.Conduct;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TestDatabase;
import org.allodium.tenancy.TestServer;

/// A database and one [AnsweringHouse] after the other over it: each is killed and the next one
/// must account for what the clients of the last one have.
final class Deaths implements AutoCloseable {
    private static final int FEWEST_LINES = 1_500;
    private static final int MORE_LINES = 3_500;
    private static final int MORE_MILLIS = 40;
    private static final int LONGEST_OUTAGE_MILLIS = 4_000;

    /// Who is killed, and when.
    enum Death {
        HOUSE,
        /// The database, and a while after it is back the house.
        DATABASE_BEFORE_HOUSE,
        /// The house while its database is frozen.
        HOUSE_OF_FROZEN_DATABASE,
        /// Both at once, as by a power cut.
        BOTH
    }

    final Bank bank;
    final Verdict verdict;
    private final Path folder;
    private final TestServer server;
    private final Conduct conduct;
    private final Random random;
    private final TenantId tenant = Bank.aTenant();
    private PipedClients clients;

    /// @param server mortal
    Deaths(TestServer server, Path folder, Conduct conduct, long seed) throws Exception {
        this.server = server;
        this.folder = folder;
        this.conduct = conduct;
        this.random = new Random(seed);
        bank = new Bank(TestDatabase.on(server));
        bank.grant(tenant, "100000");
        SigningKey.open(key());
        verdict = new Verdict(bank);
        clients = open();
        clients.awaitReady();
    }

    private Path key() {
        return folder.resolve("key.json");
    }

    private PipedClients open() throws IOException {
        return new PipedClients(
                List.of(
                        Integer.toString(server.port()),
                        bank.database.name(),
                        tenant.value().toString(),
                        key().toString()),
                random.nextLong(),
                conduct,
                folder.resolve("houses.log"));
    }

    /// One death at a random instant, the next run, and the verdict on the dead one.
    void next(Death death) throws Exception {
        awaitInstant();
        switch (death) {
            case HOUSE -> clients.kill();
            case DATABASE_BEFORE_HOUSE -> {
                server.kill();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_OUTAGE_MILLIS));
                server.restart();
                awaitInstant();
                clients.kill();
            }
            case HOUSE_OF_FROZEN_DATABASE -> {
                server.freeze();
                rest();
                clients.kill();
                server.thaw();
            }
            case BOTH -> {
                server.kill();
                clients.kill();
                server.restart();
            }
        }
        var dead = clients;
        // As if three seconds had passed: who follows waits for them.
        bank.unheard("node-1");
        clients = open();
        clients.awaitReady();
        verdict.judge(death.name(), dead);
    }

    private void awaitInstant() throws InterruptedException {
        clients.awaitHeard(FEWEST_LINES + random.nextInt(MORE_LINES));
        // A kill at the very moment when a line was heard would be no random instant.
        rest();
    }

    private void rest() throws InterruptedException {
        TimeUnit.MICROSECONDS.sleep(random.nextInt(1000 * MORE_MILLIS));
    }

    /// The last run ends in order, and is judged like the others.
    void end() throws IOException, InterruptedException, SQLException {
        clients.end();
        verdict.judge("in order", clients);
    }

    @Override
    public void close() {
        server.thaw();
        clients.abandon();
        bank.close();
    }
}
