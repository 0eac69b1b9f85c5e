package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.allodium.evidence.internal.KeptPayloads;

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
                            "what is reserved is leased",
                            "select count(*) from billing.grant_balance b where reserved <>"
                                    + " (select coalesce(sum(amount), 0) from billing.lease"
                                    + " where pot = b.grant_id)"),
                    Map.entry(
                            "what is leased of an allowance is leased by somebody",
                            "select count(*) from billing.allowance a where leased <>"
                                    + " (select coalesce(sum(amount), 0) from billing.lease"
                                    + " where pot = a.id)"),
                    Map.entry(
                            "what open requests hold is leased",
                            "select count(*) from (select h ->> 'grant' as grant_id,"
                                    + " sum((h ->> 'amount')::numeric) as held"
                                    + " from billing.slot s, json_array_elements(s.intent -> 'holds') h"
                                    + " where s.request_id is not null group by 1) x"
                                    + " join billing.grant_balance b on b.grant_id = x.grant_id::uuid"
                                    + " where x.held > b.reserved"),
                    Map.entry(
                            "what is spent is the sum of the payments",
                            "select count(*) from billing.grant_balance b where spent <>"
                                    + " (select coalesce(sum(amount), 0) from billing.payment"
                                    + " where grant_id = b.grant_id)"),
                    Map.entry(
                            "every settlement has one usage row and one receipt",
                            "select count(*) from (select request_id from billing.usage_event) u"
                                    + " full join (select key from evidence.sealed_receipt) r on "
                                    + KeptPayloads.isOf("u.request_id")
                                    + " where r.key is null or u.request_id is null"),
                    Map.entry(
                            "receipts of a run are numbered without a gap",
                            "select count(*) from (select run, count(*) as n, max(seq) + 1 as top"
                                    + " from evidence.sealed_receipt group by run) x where n <> top"),
                    Map.entry(
                            "nothing is settled twice",
                            "select count(*) from (select request_id from billing.usage_event"
                                    + " group by request_id having count(*) > 1) x"),
                    Map.entry(
                            "what is settled is not open",
                            "select count(*) from billing.usage_event u"
                                    + " join billing.open_request o on o.request_id = u.request_id"),
                    Map.entry(
                            "runs number their settlements without a gap",
                            "select (select coalesce(sum(receipts), 0) from billing.run) - (select"
                                    + " count(*) from billing.usage_event)"),
                    Map.entry(
                            "a request's cost is the sum of its payments",
                            "select count(*) from billing.usage_event u where cost <>"
                                    + " (select coalesce(sum(amount), 0) from billing.payment p"
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
