package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Money;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Double entry: money only moves between accounts, and every transaction adds up to zero.
/// Writes through the caller's handle, so that a posting and its cause are one transaction.
/// PostgreSQL refuses an unbalanced one at commit, whoever wrote it.
public final class Ledger {
    private static final Columns<Transaction> TRANSACTIONS =
            new Columns<>(
                    Transaction.class,
                    """
                    insert into billing.ledger_transaction
                        (id, kind, idempotency_key, at, run, first_receipt, last_receipt)
                    select * from unnest(:id, :kind, :key, :at, :run, :first, :last) as u""");
    private static final Columns<Entry> ENTRIES =
            new Columns<>(
                    Entry.class,
                    """
                    insert into billing.ledger_entry
                        (transaction_id, line, account, amount, currency, at)
                    select * from unnest(:transaction, :line, :account, :amount, :currency, :at) as u""");

    private final Clock clock;

    public Ledger(Clock clock) {
        this.clock = clock;
    }

    /// Money that leaves `from` and reaches `to`.
    public record Movement(String from, String to, Money amount) {}

    /// `key` is the cause's own name; a second posting under it is refused by the database.
    /// @param range the receipts that it is for, where it pays for use
    public record Posting(
            String kind, String key, Instant at, List<Movement> movements, Optional<Range> range) {
        public Posting {
            movements = List.copyOf(movements);
        }

        public Posting(String kind, String key, Instant at, List<Movement> movements) {
            this(kind, key, at, movements, Optional.empty());
        }
    }

    /// Receipts of one run by their numbers, both ends included.
    public record Range(long run, long first, long last) {}

    private record Transaction(
            UUID id,
            String kind,
            String key,
            Instant at,
            @Nullable Long run,
            @Nullable Long first,
            @Nullable Long last) {
        static Transaction of(UUID id, Posting posting) {
            var range = posting.range();
            return new Transaction(
                    id,
                    posting.kind(),
                    posting.key(),
                    posting.at(),
                    range.map(Range::run).orElse(null),
                    range.map(Range::first).orElse(null),
                    range.map(Range::last).orElse(null));
        }
    }

    private record Entry(
            UUID transaction,
            int line,
            String account,
            BigDecimal amount,
            String currency,
            Instant at) {}

    public static String funder(String name) {
        return "funder:" + name;
    }

    public static String programme(UUID id) {
        return "programme:" + id;
    }

    public static String grant(UUID id) {
        return "grant:" + id;
    }

    public static String provider(String operator) {
        return "provider:" + operator;
    }

    /// Movements of nothing leave no trace; a posting without any other is not written.
    public void post(Handle handle, List<Posting> postings) {
        var transactions = new ArrayList<Transaction>();
        var entries = new ArrayList<Entry>();
        for (var posting : postings) {
            var id = Ids.timeOrdered(clock);
            var moved = new ArrayList<Movement>(posting.movements());
            moved.removeIf(movement -> movement.amount().isZero());
            if (!moved.isEmpty()) {
                transactions.add(Transaction.of(id, posting));
            }
            int line = 0;
            for (var movement : moved) {
                String currency = movement.amount().currency().getCurrencyCode();
                var amount = movement.amount().amount();
                var at = posting.at();
                entries.add(new Entry(id, line++, movement.from(), amount.negate(), currency, at));
                entries.add(new Entry(id, line++, movement.to(), amount, currency, at));
            }
        }
        TRANSACTIONS.write(handle, transactions);
        ENTRIES.write(handle, entries);
    }
}
