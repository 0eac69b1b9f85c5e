package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

/// What must be true of the accounts at every instant. Each query counts the rows that break it.
final class Invariants {
    private static final Map<String, String> VIOLATIONS =
            Map.ofEntries(
                    Map.entry(
                            "the ledger adds up to zero",
                            "select count(*) from (select transaction_id from billing.ledger_entry"
                                    + " group by transaction_id having sum(amount) <> 0) x"),
                    Map.entry(
                            "a grant's balance is the sum of its entries",
                            "select count(*) from billing.grant_balance b where granted - spent - lapsed <>"
                                    + " (select coalesce(sum(amount), 0) from billing.ledger_entry"
                                    + " where account = 'grant:' || b.grant_id)"),
                    Map.entry(
                            "what is reserved is the sum of the open holds",
                            "select count(*) from billing.grant_balance b where reserved <>"
                                    + " (select coalesce(sum(l.amount), 0) from billing.reservation_line l"
                                    + " join billing.open_reservation o on o.request_id = l.request_id"
                                    + " where l.grant_id = b.grant_id)"),
                    Map.entry(
                            "what is spent is the sum of the payments",
                            "select count(*) from billing.grant_balance b where spent <>"
                                    + " (select coalesce(sum(amount), 0) from billing.usage_payment"
                                    + " where grant_id = b.grant_id)"),
                    Map.entry(
                            "every intent is either open or ended",
                            "select count(*) from billing.reservation r where"
                                    + " (exists (select from billing.open_reservation o where o.request_id = r.request_id))"
                                    + " = (exists (select from billing.reservation_end e where e.request_id = r.request_id))"),
                    Map.entry(
                            "every settlement has one usage row and one receipt",
                            "select count(*) from billing.reservation_end e where (kind = 'SETTLED') <>"
                                    + " (exists (select from billing.usage_event u where u.request_id = e.request_id)"
                                    + " and exists (select from evidence.receipt t where t.id = e.request_id))"),
                    Map.entry(
                            "a request's cost is the sum of its payments",
                            "select count(*) from billing.usage_event u where cost <>"
                                    + " (select coalesce(sum(amount), 0) from billing.usage_payment p"
                                    + " where p.request_id = u.request_id)"),
                    Map.entry(
                            "no grant pays more than it has",
                            "select count(*) from billing.grant_balance"
                                    + " where spent + reserved + lapsed > granted"),
                    Map.entry(
                            "a programme's balance is its budget less what is committed",
                            "select count(*) from billing.programme p where budget - committed <>"
                                    + " (select coalesce(sum(amount), 0) from billing.ledger_entry"
                                    + " where account = 'programme:' || p.id)"));

    private Invariants() {}

    static void hold(Bank bank) {
        VIOLATIONS.forEach(
                (truth, violations) -> assertThat(bank.number(violations)).as(truth).isZero());
    }
}
