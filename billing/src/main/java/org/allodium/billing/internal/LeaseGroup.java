package org.allodium.billing.internal;

import static java.util.stream.Collectors.groupingBy;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.allodium.billing.ReserveOutcome;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Leases of money and allowances, many wishes in one transaction, and their return. The tenants'
/// running grants are locked, so that no money is leased twice. See decision 0163.
final class LeaseGroup implements CommitGroup<LeaseCommand> {
    // Locks in the order of ids, as every other writer of balances does: no deadlock.
    private static final String GRANTS =
            """
            select b.grant_id, b.tenant_id, b.currency, g.priority, g.starts_at, g.ends_at,
                   g.created_at, p.funder, p.title,
                   b.granted - b.spent - b.reserved - b.lapsed as rest
            from billing.grant_balance b
            join billing.grant_award g on g.id = b.grant_id
            join billing.programme p on p.id = g.programme_id
            where b.tenant_id = any(:tenants) and b.lapsed_at is null and g.ends_at > :now
            order by b.grant_id for update of b""";
    private static final Columns<Consent> CONSENTS =
            new Columns<>(
                    Consent.class,
                    """
                    insert into billing.allowance (id, tenant_id, level, holder, unit)
                    select id, tenant, 'CONSENT', holder, 'TOKENS'
                    from unnest(:id, :tenant, :holder) as u (id, tenant, holder)
                    order by tenant, holder on conflict do nothing""");
    private static final String ALLOWANCES =
            """
            select * from billing.allowance
            where tenant_id = any(:tenants) and (level <> 'CONSENT' or holder = any(:consents))
            order by id for update""";
    private static final String LOCK_BALANCES =
            """
            select grant_id from billing.grant_balance where grant_id = any(:pots)
            order by grant_id for update""";
    private static final String LOCK_ALLOWANCES =
            "select id from billing.allowance where id = any(:pots) order by id for update";
    private static final Columns<Change> RESERVED =
            new Columns<>(
                    Change.class,
                    """
                    update billing.grant_balance b set reserved = b.reserved + u.amount
                    from unnest(:pot, :amount) as u (pot, amount) where b.grant_id = u.pot""");
    private static final Columns<Change> LEASED =
            new Columns<>(
                    Change.class,
                    """
                    update billing.allowance a set leased = a.leased + u.amount
                    from unnest(:pot, :amount) as u (pot, amount) where a.id = u.pot""");
    private static final Columns<Lease> LEASES =
            new Columns<>(
                    Lease.class,
                    """
                    insert into billing.lease as l (run, pot, amount)
                    select * from unnest(:run, :pot, :amount) as u
                    on conflict (run, pot) do update set amount = l.amount + excluded.amount""");
    private static final Columns<Lease> RETURNS =
            new Columns<>(
                    Lease.class,
                    """
                    update billing.lease l set amount = l.amount + u.amount
                    from unnest(:run, :pot, :amount) as u (run, pot, amount)
                    where l.run = u.run and l.pot = u.pot""");
    private static final String COUNT =
            "update billing.run set leased = leased + 1 where run = :run and leased = :known";

    private final Run run;
    private final Clock clock;
    private final Pots pots;
    private final Recall recall;
    private long count;

    // Of returns that may be durable: until that is known, their wallets ask.
    private final List<Wallet> inDoubt = new ArrayList<>();

    private @Nullable Attempt attempt;

    LeaseGroup(Run run, Clock clock, Pots pots, Recall recall) {
        this.recall = recall;
        this.run = run;
        this.clock = clock;
        this.pots = pots;
    }

    private record Consent(UUID id, UUID tenant, String holder) {}

    private record Change(UUID pot, BigDecimal amount) {}

    private record Lease(long run, UUID pot, BigDecimal amount) {}

    /// What a transaction found and did, to be told to the wallets when it is durable.
    private record Attempt(
            Map<UUID, List<Purse.Award>> awards,
            Map<UUID, List<Allowance.Row>> rows,
            Map<UUID, BigDecimal> changes,
            Map<UUID, BigDecimal> rests,
            Set<LeaseCommand.Wish> recalled,
            Instant at) {
        Attempt {
            recalled = Set.copyOf(recalled);
            awards = Map.copyOf(awards);
            rows = Map.copyOf(rows);
            changes = Map.copyOf(changes);
            rests = Map.copyOf(rests);
        }
    }

    @Override
    public void write(Handle handle, List<LeaseCommand> commands) {
        clearDoubt(handle);
        var now = clock.instant();
        var wishes = new ArrayList<LeaseCommand.Wish>();
        var returns = new ArrayList<LeaseCommand.GiveBack>();
        var plan = new LeasePlan();
        for (var command : commands) {
            switch (command) {
                case LeaseCommand.Wish wish -> {
                    if (!wish.isAnswered()) {
                        wishes.add(wish);
                    }
                }
                case LeaseCommand.GiveBack back -> returns.add(back);
            }
        }
        // Whoever wishes comes first: what lies idle may be just what is wished for.
        if (wishes.isEmpty()) {
            returns.forEach(back -> giveBack(plan, back));
        }
        var awards = awards(handle, plan, wishes, now);
        var rows = rows(handle, plan, wishes);
        for (var wish : wishes) {
            var tenant = wish.intent.tenant().value();
            wish.refusal =
                    plan.lease(
                                    wish.intent,
                                    awards.getOrDefault(tenant, List.of()),
                                    rows.getOrDefault(tenant, List.of()),
                                    now)
                            .orElse(null);
        }
        var recalled = recall.ask(handle, wishes, awards, rows);
        var changes = plan.changes();
        write(handle, changes);
        var rests = new HashMap<UUID, BigDecimal>();
        awards.values().stream()
                .flatMap(List::stream)
                .forEach(award -> rests.put(award.grant(), plan.rest(award.grant())));
        attempt = new Attempt(awards, rows, changes, rests, recalled, now);
    }

    /// An earlier transaction whose answer was lost may be durable: its number says so.
    private void clearDoubt(Handle handle) {
        var doubtful = attempt;
        if (doubtful != null) {
            long counted = run.counted(handle, Run.LEASED);
            attempt = null;
            if (counted > count) {
                count = counted;
                tell(doubtful);
            }
            inDoubt.forEach(Wallet::asked);
            inDoubt.clear();
        }
    }

    private void giveBack(LeasePlan plan, LeaseCommand.GiveBack back) {
        back.wallets().forEach(wallet -> wallet.idle(back.idleSince()).forEach(plan::giveBack));
    }

    private Map<UUID, List<Purse.Award>> awards(
            Handle handle, LeasePlan plan, List<LeaseCommand.Wish> wishes, Instant now) {
        if (wishes.isEmpty()) {
            return Map.of();
        }
        var found =
                handle.createQuery(GRANTS)
                        .bind("tenants", Database.array(UUID.class, tenants(wishes)))
                        .bind("now", now)
                        .map(
                                row -> {
                                    var award = Purse.Award.of(row);
                                    var rest = row.getColumn("rest", BigDecimal.class);
                                    plan.found(
                                            award.grant(),
                                            rest,
                                            free(award.tenant(), award.grant()));
                                    return award;
                                })
                        .list();
        var byTenant = new HashMap<UUID, List<Purse.Award>>();
        tenants(wishes).forEach(tenant -> byTenant.put(tenant, new ArrayList<>()));
        found.stream()
                .sorted(Purse.Award.ORDER)
                .forEach(
                        award ->
                                byTenant.computeIfAbsent(
                                                award.tenant(), absent -> new ArrayList<>())
                                        .add(award));
        return byTenant;
    }

    private Map<UUID, List<Allowance.Row>> rows(
            Handle handle, LeasePlan plan, List<LeaseCommand.Wish> wishes) {
        if (wishes.isEmpty()) {
            return Map.of();
        }
        var consents = new TreeMap<String, Consent>();
        for (var wish : wishes) {
            var tenant = wish.intent.tenant().value();
            for (var consent : wish.intent.charge().spillCaps().keySet()) {
                consents.put(tenant + consent, new Consent(UUID.randomUUID(), tenant, consent));
            }
        }
        CONSENTS.write(handle, consents.values());
        var holders = consents.values().stream().map(Consent::holder).toList();
        var rows =
                handle.createQuery(ALLOWANCES)
                        .bind("tenants", Database.array(UUID.class, tenants(wishes)))
                        .bind("consents", Database.array(String.class, holders))
                        .map(Allowance.Row::of)
                        .list();
        rows.forEach(row -> plan.found(row.id(), BigDecimal.ZERO, free(row.tenant(), row.id())));
        return rows.stream().collect(groupingBy(Allowance.Row::tenant));
    }

    private static Collection<UUID> tenants(List<LeaseCommand.Wish> wishes) {
        var tenants = new TreeSet<UUID>();
        wishes.forEach(wish -> tenants.add(wish.intent.tenant().value()));
        return tenants;
    }

    private BigDecimal free(UUID tenant, UUID pot) {
        return pots.wallet(tenant).free(pots.of(tenant, pot));
    }

    private void write(Handle handle, Map<UUID, BigDecimal> changes) {
        if (!changes.isEmpty()) {
            var byPot = new TreeMap<>(changes);
            lock(handle, LOCK_BALANCES, byPot.keySet());
            lock(handle, LOCK_ALLOWANCES, byPot.keySet());
            var rows = byPot.entrySet().stream().map(e -> new Change(e.getKey(), e.getValue()));
            var all = rows.toList();
            int written = RESERVED.write(handle, all) + LEASED.write(handle, all);
            if (written != all.size()) {
                throw new IllegalStateException("A balance is missing");
            }
            var leases = all.stream().map(c -> new Lease(run.number(), c.pot, c.amount)).toList();
            LEASES.write(handle, leases.stream().filter(c -> c.amount.signum() > 0).toList());
            RETURNS.write(handle, leases.stream().filter(c -> c.amount.signum() < 0).toList());
        }
        int counted =
                handle.createUpdate(COUNT).bind("run", run.number()).bind("known", count).execute();
        if (counted != 1) {
            throw new IllegalStateException("Leases were changed by somebody else");
        }
    }

    private static void lock(Handle handle, String sql, Collection<UUID> pots) {
        handle.createQuery(sql)
                .bind("pots", Database.array(UUID.class, pots))
                .mapTo(UUID.class)
                .list();
    }

    private void tell(Attempt done) {
        done.awards.forEach(
                (tenant, awards) -> {
                    var purses =
                            awards.stream()
                                    .map(
                                            a ->
                                                    new Purse(
                                                            a,
                                                            pots.of(tenant, a.grant()),
                                                            done.rests.getOrDefault(
                                                                    a.grant(), BigDecimal.ZERO)))
                                    .toList();
                    var rows = done.rows.getOrDefault(tenant, List.of());
                    pots.wallet(tenant).learn(purses, rows, pots, done.at);
                });
        done.changes.forEach(pots::lease);
    }

    @Override
    public void durable(List<LeaseCommand> commands) {
        var done = attempt;
        if (done == null) {
            throw new IllegalStateException("Durable without an attempt");
        }
        attempt = null;
        count++;
        tell(done);
        for (var command : commands) {
            switch (command) {
                case LeaseCommand.Wish wish -> {
                    if (done.recalled.contains(wish)) {
                        recall.await(wish);
                    } else {
                        answer(wish, done.at);
                    }
                }
                case LeaseCommand.GiveBack back -> {
                    back.wallets().forEach(Wallet::gaveBack);
                    Replies.complete(back.future());
                }
            }
        }
    }

    private void answer(LeaseCommand.Wish wish, Instant now) {
        var wallet = pots.wallet(wish.intent.tenant().value());
        try {
            if (!wish.answer()) {
                return;
            }
            ReserveOutcome refusal = wish.refusal;
            if (refusal != null) {
                wish.then.accept(Optional.empty());
                Meters.reservation(word(refusal)).increment();
                Replies.complete(wish.future, refusal);
                return;
            }
            var taken = wallet.takeInTurn(wish.intent, now);
            if (taken.isEmpty()) {
                wish.then.accept(Optional.empty());
                Replies.fail(
                        wish.future, new IllegalStateException("A lease was smaller than planned"));
                return;
            }
            wish.then.accept(taken);
            Replies.complete(wish.future, new ReserveOutcome.Reserved(wish.intent.requestId()));
        } finally {
            wallet.asked();
        }
    }

    private static String word(ReserveOutcome outcome) {
        return switch (outcome) {
            case ReserveOutcome.Reserved held -> "reserved";
            case ReserveOutcome.BudgetSpent spent -> "spent";
            case ReserveOutcome.SpillSpent spent -> "spilled";
        };
    }

    @Override
    public void refused(LeaseCommand command, Exception cause, boolean doubt) {
        switch (command) {
            case LeaseCommand.Wish wish -> {
                pots.wallet(wish.intent.tenant().value()).asked();
                if (wish.answer()) {
                    wish.then.accept(Optional.empty());
                    Meters.reservation("failed").increment();
                    Replies.fail(wish.future, Replies.explain(cause));
                }
            }
            case LeaseCommand.GiveBack back -> {
                if (doubt) {
                    inDoubt.addAll(back.wallets());
                } else {
                    back.wallets().forEach(Wallet::asked);
                }
                Replies.fail(back.future(), Replies.explain(cause));
            }
        }
    }

    /// A refusal now is better than an answer nobody waits for any more.
    @Override
    public boolean patient(LeaseCommand command) {
        return false;
    }
}
