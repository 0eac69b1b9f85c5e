package org.allodium.billing.internal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.allodium.billing.Budgets;
import org.allodium.billing.Budgets.Release;
import org.allodium.billing.OpenedBudgets;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt.Making;
import org.allodium.evidence.Receipts;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TestServer;

/// A process of its own that answers many clients over one pipe until it is killed, with the real
/// accounts and in the order in which the gateway calls them. A line `piece ID N` is the part of a
/// stream up to its Nth token, `whole ID N` an answer's last byte, `broken ID 0` its failure.
final class AnsweringHouse {
    static final long INPUT_TOKENS = 10;
    static final String READY = "ready";
    private static final int AT_ONCE = 16;
    private static final int SHORT = 40;
    private static final int LONG = 400;
    private static final long SLOWEST_TOKEN_NANOS = 10_000_000;

    /// What a house may do wrong, so that its judge can be tested.
    enum Conduct {
        RIGHT,
        /// The last byte leaves before the closing row is durable.
        DELIVERS_FIRST,
        /// The database says that a commit is durable before it is.
        WRITES_LATER
    }

    private final OutputStream clients = new FileOutputStream(FileDescriptor.out);
    private final Budgets budgets;
    private final TenantId tenant;
    private final Conduct conduct;
    private volatile boolean leaving;

    private AnsweringHouse(Budgets budgets, TenantId tenant, Conduct conduct) {
        this.budgets = budgets;
        this.tenant = tenant;
        this.conduct = conduct;
    }

    /// Port and name of the database, the tenant, the key's file, the seed, the conduct.
    public static void main(String[] args) throws IOException {
        var conduct = Conduct.valueOf(args[5]);
        int port = Integer.parseInt(args[0]);
        var platform = TestServer.dataSource(port, args[1], "allodium_platform");
        if (conduct == Conduct.WRITES_LATER) {
            platform.setOptions("-c synchronous_commit=off");
        }
        var clock = fromTheStartOfTests();
        var receipts =
                new Receipts(
                        SigningKey.open(Path.of(args[3])),
                        TestServer.dataSource(port, args[1], "allodium_app"),
                        clock);
        try (var opened = new OpenedBudgets(platform, receipts, clock)) {
            var tenant = new TenantId(UUID.fromString(args[2]));
            var house = new AnsweringHouse(opened.budgets(), tenant, conduct);
            house.answerUntilToldToStop(Long.parseLong(args[4]));
        }
    }

    private static Clock fromTheStartOfTests() {
        var clock = Clock.systemUTC();
        var start = new MovableClock().instant();
        return Clock.offset(clock, Duration.between(clock.instant(), start));
    }

    private void answerUntilToldToStop(long seed) throws IOException {
        say(READY);
        var random = new Random(seed);
        try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int n = 0; n < AT_ONCE; n++) {
                long own = random.nextLong();
                workers.submit(() -> answerAll(new Random(own)));
            }
            System.in.read();
            leaving = true;
        }
    }

    private void answerAll(Random random) {
        while (!leaving) {
            try {
                answer(random);
            } catch (ExecutionException | CompletionException _) {
                // The accounts refuse while the database is away.
                LockSupport.parkNanos(SLOWEST_TOKEN_NANOS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void answer(Random random) throws InterruptedException, ExecutionException {
        String id = Bank.id(new UUID(random.nextLong(), random.nextLong()));
        int tokens = 1 + random.nextInt(random.nextInt(8) == 0 ? LONG : SHORT);
        var request = Bank.request(id, tenant, INPUT_TOKENS, LONG);
        if (!(budgets.reserve(request).get() instanceof Reserved)) {
            throw new IllegalStateException("The grant is spent");
        }
        if (random.nextBoolean()) {
            budgets.open(id).get();
            stream(id, tokens, random);
        } else {
            // A kept answer is concluded without having been opened.
            if (random.nextBoolean()) {
                var unused = budgets.open(id);
            }
            think(tokens, random);
            end(id, tokens, 0);
        }
    }

    private void stream(String id, int tokens, Random random) throws InterruptedException {
        var outflow = budgets.outflow(id);
        for (int token = 1; token <= tokens; token++) {
            think(1, random);
            if (outflow.await() != Release.GO) {
                fail(id, token - 1);
                return;
            }
            say("piece " + id + " " + token);
            outflow.released(token);
        }
        end(id, tokens, tokens);
    }

    /// As long as a model would take.
    private static void think(int tokens, Random random) {
        LockSupport.parkNanos(tokens * random.nextLong(SLOWEST_TOKEN_NANOS));
    }

    private void end(String id, int tokens, int left) {
        var whole = Bank.used(id, INPUT_TOKENS, tokens);
        if (conduct == Conduct.DELIVERS_FIRST) {
            say("whole " + id + " " + tokens);
        }
        try {
            budgets.conclude(whole).join();
        } catch (CompletionException late) {
            fail(id, left);
            return;
        }
        var unused = budgets.settle(whole);
        if (conduct != Conduct.DELIVERS_FIRST) {
            say("whole " + id + " " + tokens);
        }
    }

    private void fail(String id, int left) {
        if (left > 0) {
            var outcome = Settlement.Outcome.FAILED;
            var unused =
                    budgets.settle(
                            new Settlement(id, INPUT_TOKENS, left, false, outcome, Making.UNKNOWN));
        } else {
            var unused = budgets.release(id);
        }
        say("broken " + id + " 0");
    }

    private synchronized void say(String line) {
        try {
            clients.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
