package org.allodium.engine.internal.scheduler;

import java.util.HashMap;
import java.util.Map;
import org.allodium.engine.Turn;

/// How many tokens each account has used for its weight, among those who use the model now. Who
/// comes back after a pause begins where the least of the others stands: idle time earns nothing,
/// and what was used too much is not forgotten while others are there.
final class FairShares {
    private static final class Account {
        private double used;
        private int live;
    }

    private final Map<String, Account> accounts = new HashMap<>();

    void enter(Turn turn) {
        double floor = floor();
        var account = accounts.computeIfAbsent(turn.account(), name -> new Account());
        if (account.live++ == 0) {
            account.used = Math.max(account.used, floor);
        }
    }

    private double floor() {
        return accounts.values().stream()
                .filter(account -> account.live > 0)
                .mapToDouble(account -> account.used)
                .min()
                .orElse(0);
    }

    void leave(Turn turn) {
        var account = account(turn);
        account.live--;
        if (accounts.values().stream().allMatch(a -> a.live == 0)) {
            accounts.clear();
            return;
        }
        double floor = floor();
        accounts.values().removeIf(a -> a.live == 0 && a.used <= floor);
    }

    void use(Turn turn, int tokens) {
        account(turn).used += tokens / turn.weight();
    }

    double used(Turn turn) {
        return account(turn).used;
    }

    private Account account(Turn turn) {
        var account = accounts.get(turn.account());
        if (account == null) {
            throw new IllegalStateException("The account has not entered");
        }
        return account;
    }
}
