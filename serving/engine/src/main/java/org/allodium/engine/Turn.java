package org.allodium.engine;

import org.jspecify.annotations.Nullable;

/// When a request's turn comes, as decided outside, and with whom it may share. Of those that wait,
/// the one with the highest priority joins the batch first; of equal ones, that of the account
/// which has used the fewest tokens for its weight; then the older one.
/// @param priority higher goes first; when memory is short, lower is preempted
/// @param account whose tokens are counted together
/// @param weight the account's share beside others of the same priority, above 0
/// @param cacheSalt requests of the same salt share computed prefixes; without one, nothing is
/// shared. A salt is a tenant's alone, else one could learn from the time what another asked
public record Turn(int priority, String account, double weight, @Nullable String cacheSalt) {
    public static final Turn ANY = new Turn(0, "", 1, null);

    public Turn {
        if (!(weight > 0 && weight <= 1e6)) {
            throw new IllegalArgumentException("weight must be above 0 and at most a million");
        }
    }
}
