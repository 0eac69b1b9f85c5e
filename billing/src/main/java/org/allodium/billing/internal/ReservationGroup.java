package org.allodium.billing.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.ReserveOutcome.BudgetSpent;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.billing.ReserveOutcome.SpillSpent;
import org.allodium.kernel.Money;

/// Many intents in one transaction. The tenants' running grants are locked, so that ceilings are
/// taken one after the other and never from the same money.
final class ReservationGroup implements CommitGroup<ReserveCommand> {
    // Locks in the order of ids, as every other writer of balances does: no deadlock.
    private static final String LOCK =
            """
            select b.grant_id, b.tenant_id, b.currency, g.priority, g.ends_at, g.created_at,
                   b.granted - b.spent - b.reserved - b.lapsed as available
            from billing.grant_balance b join billing.grant_award g on g.id = b.grant_id
            where b.tenant_id = any(?) and b.lapsed_at is null
              and g.starts_at <= ? and g.ends_at > ?
            order by b.grant_id for update of b""";
    private static final String INTENTS =
            """
            insert into billing.reservation (request_id, tenant_id, project_id, key_id, subject,
                model, input_per_million, output_per_million, cached_answer, price_from,
                input_tokens, max_output_tokens, ceiling, currency, receipt, created_at)
            select a, b, c, d, e, f, g, h, i, j, k, l, m, n, o::json, p
            from unnest(?::text[], ?::uuid[], ?::uuid[], ?::uuid[], ?::text[], ?::text[],
                ?::numeric[], ?::numeric[], ?::numeric[], ?::timestamptz[], ?::int8[],
                ?::int8[], ?::numeric[], ?::text[], ?::text[], ?::timestamptz[])
                as u (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)""";
    private static final String LINES =
            """
            insert into billing.reservation_line (request_id, line, tenant_id, grant_id, amount)
            select * from unnest(?::text[], ?::int4[], ?::uuid[], ?::uuid[], ?::numeric[])""";
    private static final String OPEN =
            """
            insert into billing.open_reservation (request_id, tenant_id, node_id, opened_at)
            select * from unnest(?::text[], ?::uuid[], ?::uuid[], ?::timestamptz[])""";
    private static final String HOLD =
            """
            update billing.grant_balance b set reserved = b.reserved + u.amount
            from unnest(?::uuid[], ?::numeric[]) as u (grant_id, amount)
            where b.grant_id = u.grant_id""";

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

    @Override
    public void write(Connection connection, List<ReserveCommand> all) throws SQLException {
        all.forEach(command -> command.outcome = null);
        var commands = all.stream().filter(command -> !command.isAnswered()).toList();
        if (!commands.isEmpty()) {
            take(connection, commands);
        }
    }

    private void take(Connection connection, List<ReserveCommand> commands) throws SQLException {
        var now = clock.instant();
        var purses = lock(connection, commands, now);
        var spill = SpillShares.locked(connection, commands);
        var intents = new Columns(INTENTS);
        var lines = new Columns(LINES);
        var open = new Columns(OPEN);
        for (var command : commands) {
            var intent = command.intent;
            var ceiling = intent.charge().ceiling();
            var ordered = purses.getOrDefault(walletOf(intent), List.of());
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
            add(intents, intent, now);
            open.row(intent.requestId(), intent.tenant().value(), node, now.toString());
            int line = 0;
            for (var share : Purse.take(ordered, ceiling.amount())) {
                lines.row(
                        intent.requestId(),
                        line++,
                        intent.tenant().value(),
                        share.grant(),
                        share.amount());
            }
        }
        intents.write(connection);
        lines.write(connection);
        open.write(connection);
        spill.write(connection);
        var holds = new Columns(HOLD);
        purses.values().stream()
                .flatMap(List::stream)
                .filter(purse -> purse.taken().signum() > 0)
                .forEach(purse -> holds.row(purse.grant, purse.taken()));
        holds.write(connection);
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
    private record Wallet(UUID tenant, String currency) {}

    private static Wallet walletOf(Intent intent) {
        var currency = intent.charge().ceiling().currency();
        return new Wallet(intent.tenant().value(), currency.getCurrencyCode());
    }

    private static Map<Wallet, List<Purse>> lock(
            Connection connection, List<ReserveCommand> commands, Instant now) throws SQLException {
        var tenants =
                commands.stream()
                        .filter(command -> command.intent.charge().ceiling().isPositive())
                        .map(command -> command.intent.tenant().value())
                        .distinct()
                        .toArray();
        var purses = new HashMap<Wallet, List<Purse>>();
        if (tenants.length == 0) {
            return purses;
        }
        try (var select = connection.prepareStatement(LOCK)) {
            select.setArray(1, connection.createArrayOf("uuid", tenants));
            select.setObject(2, now.atOffset(ZoneOffset.UTC));
            select.setObject(3, now.atOffset(ZoneOffset.UTC));
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var wallet =
                            new Wallet(
                                    rows.getObject("tenant_id", UUID.class),
                                    rows.getString("currency"));
                    purses.computeIfAbsent(wallet, absent -> new ArrayList<>())
                            .add(
                                    new Purse(
                                            rows.getObject("grant_id", UUID.class),
                                            rows.getInt("priority"),
                                            rows.getObject("ends_at", OffsetDateTime.class)
                                                    .toInstant(),
                                            rows.getObject("created_at", OffsetDateTime.class)
                                                    .toInstant(),
                                            rows.getBigDecimal("available")));
                }
            }
        }
        purses.values().forEach(list -> list.sort(Purse.ORDER));
        return purses;
    }

    private static void add(Columns intents, Intent intent, Instant now) {
        var payer = intent.payer();
        var charge = intent.charge();
        var price = charge.price();
        intents.row(
                intent.requestId(),
                payer.tenant().value(),
                payer.project().value(),
                payer.key().orElse(null),
                payer.subject(),
                price.model(),
                price.inputPerMillion().amount(),
                price.outputPerMillion().amount(),
                price.cachedAnswer().amount(),
                price.from().toString(),
                charge.inputTokens(),
                charge.maxOutputTokens(),
                charge.ceiling().amount(),
                charge.ceiling().currency().getCurrencyCode(),
                intent.receipt().toJson(),
                now.toString());
    }
}
