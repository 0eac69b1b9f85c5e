package org.allodium.billing.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.allodium.evidence.internal.KeptPayloads;
import org.allodium.kernel.Database;
import org.allodium.kernel.Money;
import tools.jackson.databind.JsonNode;

/// What clients have against what receipts say, over many deaths. Decision 0115 is the rule.
final class Verdict {
    private static final String SETTLED =
            "select request_id from billing.usage_event where request_id = any(:ids)";

    /// What must never be, in words.
    final List<String> wrongs = new ArrayList<>();
    int whole;
    int unknown;
    int partly;
    int interruptedWithMarks;
    private final Map<String, int[]> ends = new TreeMap<>();
    private final Bank bank;

    Verdict(Bank bank) {
        this.bank = bank;
    }

    /// @param how a run came to its end
    /// @param clients of that run, which the next has accounted for
    void judge(String how, PipedClients clients) {
        int before = unknown;
        var ofWhole = receipts(clients.whole.keySet());
        clients.whole.forEach((id, tokens) -> judgeWhole(id, tokens, ofWhole.get(id)));
        var ofParts = receipts(clients.partly.keySet());
        clients.partly.forEach((id, tokens) -> judgePart(id, tokens, ofParts.get(id)));
        whole += clients.whole.size();
        partly += clients.partly.size();
        ends.computeIfAbsent(how, absent -> new int[2]);
        ends.get(how)[0] += clients.whole.size();
        ends.get(how)[1] += unknown - before;
    }

    private void judgeWhole(String id, int tokens, JsonNode receipt) {
        if (receipt == null) {
            wrongs.add(id + " is whole and has no receipt");
            return;
        }
        if (receipt.path("delivery").asString("").equals("unknown")) {
            unknown++;
        }
        var price = Bank.price().of(AnsweringHouse.INPUT_TOKENS, tokens);
        if (!receipt.path("outcome").asString().equals("completed")
                || receipt.path("usage").path("output_tokens").asInt() != tokens
                || !cost(receipt).equals(price)) {
            wrongs.add("%s is whole with %d tokens, but: %s".formatted(id, tokens, receipt));
        }
    }

    /// A client may have more than it is charged for, never less, unless the answer's end did not
    /// reach it.
    private void judgePart(String id, int tokens, JsonNode receipt) {
        if (receipt == null) {
            wrongs.add(id + " came in part and has no receipt");
            return;
        }
        int charged = receipt.path("usage").path("output_tokens").asInt();
        boolean ended = receipt.path("outcome").asString().equals("completed");
        if (ended ? charged != tokens : charged > tokens) {
            wrongs.add("%s has %d tokens, but: %s".formatted(id, tokens, receipt));
        }
        if (receipt.path("outcome").asString().equals("interrupted") && charged > 0) {
            interruptedWithMarks++;
        }
    }

    private static Money cost(JsonNode receipt) {
        return Money.euro(receipt.path("cost").asString());
    }

    /// Of those that are settled.
    private Map<String, JsonNode> receipts(Collection<String> ids) {
        var settled =
                bank.platform.withHandle(
                        handle ->
                                handle.createQuery(SETTLED)
                                        .bind("ids", Database.array(String.class, ids))
                                        .mapTo(String.class)
                                        .list());
        var claims = new HashMap<String, JsonNode>();
        KeptPayloads.payloads(bank.platform, settled)
                .forEach((id, payload) -> claims.put(id, Bank.JSON.readTree(payload)));
        return claims;
    }

    @Override
    public String toString() {
        var text =
                new StringBuilder(
                        "%d whole, %d of them of unknown delivery, %d in part, %d of them charged by marks"
                                .formatted(whole, unknown, partly, interruptedWithMarks));
        ends.forEach(
                (how, counts) ->
                        text.append(
                                "%n    %s: %d of %d unknown".formatted(how, counts[1], counts[0])));
        return text.toString();
    }
}
