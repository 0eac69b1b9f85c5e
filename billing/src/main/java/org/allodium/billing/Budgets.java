package org.allodium.billing;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.allodium.billing.internal.BillingConfig;
import org.allodium.billing.internal.BudgetDesk;
import org.allodium.billing.internal.Heartbeat;
import org.allodium.billing.internal.Keys;
import org.allodium.billing.internal.Lifeline;
import org.allodium.billing.internal.MonthsAhead;
import org.allodium.billing.internal.NameTaken;
import org.allodium.billing.internal.Recall;
import org.allodium.billing.internal.Sweeper;
import org.allodium.evidence.Receipts;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.News;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reserve before, settle after, exactly once. Group commits: many callers share one transaction.
@ApplicationScoped
public class Budgets {
    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Inject Receipts receipts;
    @Inject Clock clock;
    @Inject News news;
    @Inject BillingConfig config;

    @SuppressWarnings("NullAway.Init") // Made at start, before anybody is let in.
    private volatile BudgetDesk desk;

    @SuppressWarnings("NullAway.Init") // Made at start, before anybody is let in.
    private Sweeper sweeper;

    @SuppressWarnings("NullAway.Init") // Made at start, before anybody is let in.
    private Heartbeat heartbeat;

    @SuppressWarnings("NullAway.Init") // Made at start, before anybody is let in.
    private MonthsAhead months;

    private final Lifeline lifeline = new Lifeline();

    /// After the schema is there and before any request is: closes what an earlier run left open.
    void start(@Observes @Priority(200) @Initialized(ApplicationScoped.class) Object application) {
        months = new MonthsAhead(Database.over(platform), clock);
        months.start();
        desk = open();
        lifeline.start(this::live, () -> desk.lookAround());
        begin();
        sweeper = new Sweeper(Database.over(platform), clock, () -> desk);
        sweeper.start();
        heartbeat = new Heartbeat(() -> desk);
        heartbeat.start();
        news.keep(Recall.TOPIC, new Recalls());
    }

    /// Other nodes ask for what lies idle here. Nothing of it is read from a table.
    private final class Recalls implements News.Picture {
        @Override
        public void readAll(Handle handle) {}

        @Override
        public void read(Handle handle, Set<String> names) {
            try {
                names.forEach(name -> desk.recalled(name));
            } catch (RuntimeException e) { // A wish of another node's makes this one no deafer.
                LOG.warn("A recall of leases came to nothing", e);
            }
        }
    }

    private void begin() {
        try {
            desk.start();
        } catch (NameTaken other) {
            lifeline.close();
            months.close();
            desk.abandon();
            throw other;
        }
    }

    private BudgetDesk open() {
        return new BudgetDesk(platform, receipts, clock, config.node());
    }

    /// A node that was not heard of for so long that another one took over begins anew.
    private void live() {
        if (!desk.live()) {
            LOG.error("Another node has taken over from this one: it begins anew");
            var gone = desk;
            desk = open();
            gone.abandon();
            // Not here: the new desk's life must be renewed while it starts.
            Thread.startVirtualThread(this::beginAnew);
        }
    }

    private void beginAnew() {
        try {
            desk.start();
        } catch (NameTaken other) {
            LOG.error("{}. This one refuses until it has gone", other.getMessage());
        }
    }

    @PreDestroy
    void stop() {
        if (sweeper != null) {
            sweeper.close();
            desk.close();
            heartbeat.close();
            // Until then it lives: nobody takes over what it closes itself.
            lifeline.close();
            months.close();
        }
    }

    /// Completes when the request holds its ceiling, or is refused. Ceilings of all running
    /// requests never exceed the grants. It comes out of a lease in memory; only where that is
    /// too small the database is asked. Completes exceptionally when that cannot be reached.
    @Anyone
    public CompletableFuture<ReserveOutcome> reserve(Intent intent) {
        return desk.reserve(intent);
    }

    /// More output for a request that runs, held like its first ceiling. Completes when that is as
    /// durable as the request is, or refused; the request goes on with what it has.
    @Anyone
    public CompletableFuture<ReserveOutcome> extend(String requestId, long moreOutputTokens) {
        return desk.extend(requestId, moreOutputTokens);
    }

    /// Completes when the intent of a request that holds money is durable; before, nothing of an
    /// answer may leave that is not concluded. Completes exceptionally when the database cannot be
    /// reached: no intent, no answer. Where another request has its key, it says so by
    /// [ErrorCode#IDEMPOTENCY_KEY_IN_USE], and so does [#conclude].
    @Anyone
    public CompletableFuture<Void> open(String requestId) {
        return desk.open(requestId);
    }

    /// What a running answer may do next.
    public enum Release {
        GO,
        /// As [Outflow#await] waits for the end of.
        PAUSE,
        CUT
    }

    /// Completes when usage, ledger entries and receipt are durable, in one transaction. A second
    /// call for the same request changes nothing and returns the first result. Readers of usage
    /// wait for it from the moment of this call, so it is made before the last byte of the answer
    /// leaves. In the result, project and key are ids.
    @Anyone
    public CompletableFuture<SettledRequest> settle(Settlement settlement) {
        return desk.settle(settlement);
    }

    /// Gives the whole reservation back: nothing was released to the client.
    @Anyone
    public CompletableFuture<Void> release(String requestId) {
        return desk.release(requestId);
    }

    /// What of a running answer may leave the house.
    @Anyone
    public Outflow outflow(String requestId) {
        return desk.outflow(requestId);
    }

    /// Completes when the closing row is durable: how the answer ends, before its last byte leaves.
    /// It says what the request intended too, where [#open] has not. Completes exceptionally when
    /// that took too long; then the last byte must not leave. Money follows by [#settle], whose
    /// word counts.
    @Anyone
    public CompletableFuture<Void> conclude(Settlement settlement) {
        return desk.conclude(settlement);
    }

    /// Tokens that spilled under each of these consents of a tenant, running requests at their
    /// ceilings. Throws when the database cannot be asked: then nobody knows.
    @Anyone
    public Map<String, Long> spilled(TenantId tenant, Set<String> consents) {
        return desk.spilled(tenant, consents);
    }

    /// Waits for a running request's settlement; empty when unknown to this tenant or not in time.
    @Anyone
    public Optional<SettledRequest> awaitSettled(
            TenantId tenant, String requestId, Duration atMost) {
        return desk.awaitSettled(tenant, requestId, atMost);
    }

    /// The number of this node's run, under which it takes part in what nodes share; 0 while it has
    /// none, or another one has taken over from it.
    @Anyone
    public long run() {
        var present = desk;
        return present == null ? 0 : present.number();
    }

    /// By grant, what this node has leased of a tenant's money and no request holds.
    @Anyone
    public Map<UUID, BigDecimal> idle(TenantId tenant) {
        return desk.idle(tenant);
    }

    /// What became of a request, as the database knows it. Throws when it cannot be asked.
    @Anyone
    public Fate fate(TenantId tenant, String requestId) {
        return desk.fate(tenant, requestId);
    }

    /// Which request of the tenant has this key. What became of it, [#fate] knows. Throws when the
    /// database cannot be asked.
    @Anyone
    public Optional<Once.Holder> holder(TenantId tenant, String key) {
        try {
            return Database.over(platform)
                    .withHandle(handle -> Keys.find(handle, tenant.value(), key));
        } catch (JdbiException e) {
            throw Refused.of(ErrorCode.OVERLOADED, "billing.accounts-away").because(e);
        }
    }

    /// Keys that were taken until then may be taken again.
    @Anyone
    public void forgetKeys(Instant until) {
        try {
            Database.over(platform).useHandle(handle -> Keys.forget(handle, until));
        } catch (JdbiException e) {
            throw Refused.of(ErrorCode.OVERLOADED, "billing.accounts-away").because(e);
        }
    }

    /// Waits until all of this tenant's requests that were answered before this call are settled.
    @Anyone
    public void awaitQuiescence(TenantId tenant, Duration atMost) {
        desk.awaitQuiescence(tenant, atMost);
    }
}
