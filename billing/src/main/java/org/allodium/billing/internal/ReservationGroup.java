package org.allodium.billing.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.ReserveOutcome.BudgetSpent;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.billing.ReserveOutcome.SpillSpent;
import org.allodium.kernel.Database;
import org.allodium.kernel.Money;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/// Many intents in one transaction. The tenants' running grants are locked, so that ceilings are
/// taken one after the other and never from the same money.
final class ReservationGroup implements CommitGroup<ReserveCommand> {
    // Locks in the order of ids, as every other writer of balances does: no deadlock.
    private static final String LOCK =
            """
            select b.grant_id, b.tenant_id, b.currency, g.priority, g.ends_at, g.created_at,
                   b.granted - b.spent - b.reserved - b.lapsed as available
            from billing.grant_balance b join billing.grant_award g on g.id = b.grant_id
            where b.tenant_id = any(:tenants) and b.lapsed_at is null
              and g.starts_at <= :now and g.ends_at > :now
            order by b.grant_id for update of b""";
    private static final Columns<IntentRow> INTENTS =
            new Columns<>(
                    IntentRow.class,
                    """
                    insert into billing.reservation (request_id, tenant_id, project_id, key_id,
                        subject, model, input_per_million, output_per_million, cached_answer,
                        price_from, input_tokens, max_output_tokens, ceiling, currency, receipt,
                        created_at)
                    select * from unnest(:request, :tenant, :project, :key,
                        :subject, :model, :inputPerMillion, :outputPerMillion, :cachedAnswer,
                        :priceFrom, :inputTokens, :maxOutputTokens, :ceiling, :currency,
                        :receipt::json[], :createdAt)""");
    private static final Columns<Line> LINES =
            new Columns<>(
                    Line.class,
                    """
                    insert into billing.reservation_line
                        (request_id, line, tenant_id, grant_id, amount)
                    select * from unnest(:request, :line, :tenant, :grant, :amount)""");
    private static final Columns<Open> OPEN =
            new Columns<>(
                    Open.class,
                    """
                    insert into billing.open_reservation
                        (request_id, tenant_id, node_id, opened_at)
                    select * from unnest(:request, :tenant, :node, :at)""");
    private static final Columns<Purse.Share> HOLD =
            new Columns<>(
                    Purse.Share.class,
                    """
                    update billing.grant_balance b set reserved = b.reserved + u.amount
                    from unnest(:grant, :amount) as u (grant_id, amount)
                    where b.grant_id = u.grant_id""");

    private final UUID node;
    private final Clock clock;
    private final Ongoing ongoing;
    private final BiConsumer<ReserveCommand, Boolean> onRefusal;

    /// `onRefusal` hears of every command that failed, and whether it may be durable all the same.
    ReservationGroup(
            UUID node,
            Clock clock,
            Ongoing ongoing,
            BiConsumer<ReserveCommand, Boolean> onRefusal) {
        this.node = node;
        this.clock = clock;
        this.ongoing = ongoing;
        this.onRefusal = onRefusal;
    }

    private record IntentRow(
            String request,
            UUID tenant,
            UUID project,
            @Nullable UUID key,
            String subject,
            String model,
            BigDecimal inputPerMillion,
            BigDecimal outputPerMillion,
            BigDecimal cachedAnswer,
            Instant priceFrom,
            long inputTokens,
            long maxOutputTokens,
            BigDecimal ceiling,
            String currency,
            String receipt,
            Instant createdAt) {
        static IntentRow of(Intent intent, Instant now) {
            var payer = intent.payer();
            var charge = intent.charge();
            var price = charge.price();
            return new IntentRow(
                    intent.requestId(),
                    payer.tenant().value(),
                    payer.project().value(),
                    payer.key().orElse(null),
                    payer.subject(),
                    price.model(),
                    price.inputPerMillion().amount(),
                    price.outputPerMillion().amount(),
                    price.cachedAnswer().amount(),
                    price.from(),
                    charge.inputTokens(),
                    charge.maxOutputTokens(),
                    charge.ceiling().amount(),
                    charge.ceiling().currency().getCurrencyCode(),
                    intent.receipt().toJson(),
                    now);
        }
    }

    private record Line(String request, int line, UUID tenant, UUID grant, BigDecimal amount) {}

    private record Open(String request, UUID tenant, UUID node, Instant at) {}

    @Override
    public void write(Handle handle, List<ReserveCommand> all) {
        all.forEach(command -> command.outcome = null);
        var commands = all.stream().filter(command -> !command.isAnswered()).toList();
        if (!commands.isEmpty()) {
            take(handle, commands);
        }
    }

    private void take(Handle handle, List<ReserveCommand> commands) {
        var now = clock.instant();
        var purses = lock(handle, commands, now);
        var spill = SpillShares.locked(handle, commands);
        var intents = new ArrayList<IntentRow>();
        var lines = new ArrayList<Line>();
        var open = new ArrayList<Open>();
        for (var command : commands) {
            var intent = command.intent;
            var ceiling = intent.charge().ceiling();
            var ordered = purses.getOrDefault(Wallet.of(intent), List.of());
            var available = Purse.total(ordered);
            if (available.compareTo(ceiling.amount()) < 0) {
                command.outcome =
                        new BudgetSpent(new Money(available, ceiling.currency()), ceiling);
                continue;
            }
            var barred = spill.refusal(intent);
            if (barred.isPresent()) {
                command.outcome = barred.get();
                continue;
            }
            command.outcome = new Reserved(intent.requestId());
            spill.take(intent);
            String request = intent.requestId();
            var tenant = intent.tenant().value();
            intents.add(IntentRow.of(intent, now));
            open.add(new Open(request, tenant, node, now));
            int line = 0;
            for (var share : Purse.take(ordered, ceiling.amount())) {
                lines.add(new Line(request, line++, tenant, share.grant(), share.amount()));
            }
        }
        INTENTS.write(handle, intents);
        LINES.write(handle, lines);
        OPEN.write(handle, open);
        spill.write(handle);
        var holds =
                purses.values().stream()
                        .flatMap(List::stream)
                        .filter(purse -> purse.taken().signum() > 0)
                        .map(purse -> new Purse.Share(purse.grant, purse.taken()))
                        .toList();
        HOLD.write(handle, holds);
    }

    @Override
    public void durable(List<ReserveCommand> commands) {
        for (var command : commands) {
            var outcome = command.outcome;
            if (!command.answer()) {
                // Its caller was refused in the meantime; what is held for nobody goes back.
                onRefusal.accept(command, outcome instanceof Reserved);
                continue;
            }
            if (outcome == null) {
                throw new IllegalStateException("An intent without an outcome");
            }
            if (!(outcome instanceof Reserved)) {
                ongoing.ended(command.intent.requestId(), null);
            }
            Meters.reservation(word(outcome)).increment();
            Replies.complete(command.future, outcome);
        }
    }

    private static String word(ReserveOutcome outcome) {
        return switch (outcome) {
            case Reserved held -> "reserved";
            case BudgetSpent spent -> "spent";
            case SpillSpent spent -> "spilled";
        };
    }

    @Override
    public void refused(ReserveCommand command, Exception cause, boolean inDoubt) {
        onRefusal.accept(command, inDoubt);
        if (command.answer()) {
            Meters.reservation("failed").increment();
            Replies.fail(command.future, Replies.explain(cause));
        }
    }

    /// A refusal now is better than an answer nobody waits for any more.
    @Override
    public boolean patient() {
        return false;
    }

    /// One tenant's grants in one currency.
    private record Wallet(UUID tenant, String currency) {
        static Wallet of(Intent intent) {
            var currency = intent.charge().ceiling().currency();
            return new Wallet(intent.tenant().value(), currency.getCurrencyCode());
        }

        static Wallet of(RowView row) {
            return new Wallet(
                    row.getColumn("tenant_id", UUID.class),
                    row.getColumn("currency", String.class));
        }
    }

    private static Map<Wallet, List<Purse>> lock(
            Handle handle, List<ReserveCommand> commands, Instant now) {
        var tenants =
                commands.stream()
                        .filter(command -> command.intent.charge().ceiling().isPositive())
                        .map(command -> command.intent.tenant().value())
                        .distinct()
                        .toList();
        if (tenants.isEmpty()) {
            return Map.of();
        }
        Map<Wallet, List<Purse>> purses =
                handle.createQuery(LOCK)
                        .bind("tenants", Database.array(UUID.class, tenants))
                        .bind("now", now)
                        .collectRows(
                                groupingBy(
                                        Wallet::of,
                                        mapping(
                                                ReservationGroup::purse,
                                                toCollection(ArrayList::new))));
        purses.values().forEach(list -> list.sort(Purse.ORDER));
        return purses;
    }

    private static Purse purse(RowView row) {
        return new Purse(
                row.getColumn("grant_id", UUID.class),
                row.getColumn("priority", Integer.class),
                row.getColumn("ends_at", Instant.class),
                row.getColumn("created_at", Instant.class),
                row.getColumn("available", BigDecimal.class));
    }
}
