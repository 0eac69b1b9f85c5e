package org.allodium.serving.internal.admission;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.allodium.tenancy.TenantId;

/// One limit of one organisation on this node: what was used of it here, and what this node may use
/// before it must ask. A node that is alone has it whole. INVARIANT: over all nodes what may be
/// used is never more than the limit, so the node needs to ask nobody for what it has.
final class Allotment {
    private static final int EIGHTH = 8;
    private static final long RECALL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long SPENT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NO_MINUTE = -1;

    private final TenantId tenant;
    private final Kind kind;
    private final Set<Long> awaited = new HashSet<>();
    private final Set<Long> cameBack = new HashSet<>();
    private CompletableFuture<Void> answer = new CompletableFuture<>();
    private boolean whole;
    private long limit;
    private long minute = NO_MINUTE;
    private long used;
    private long usedBefore;
    private long mine;
    // In each later minute.
    private long standing;
    private long slice;
    private long free;
    private long wanting;
    private boolean queued;
    private boolean retired;
    private boolean returning;
    private boolean tells;
    private boolean wanted;
    private boolean recalled;
    private long awaitedUntil;
    private boolean spent;
    private long spentUntil;

    Allotment(TenantId tenant, Kind kind) {
        this.tenant = tenant;
        this.kind = kind;
    }

    enum Kind {
        REQUESTS,
        TOKENS,
        /// Of requests at once: given back when they end, and not by time.
        PLACES;

        boolean byMinute() {
            return this != PLACES;
        }
    }

    enum Taken {
        TAKEN,
        /// The last but a few: it is time to ask for more.
        LOW,
        /// Others may have some.
        SHORT,
        SPENT
    }

    /// What is written of it, and what it asks for.
    /// @param usual what it would use of a later minute
    /// @param tells others wait for what it gives back
    record Ask(
            TenantId tenant,
            Kind kind,
            long minute,
            long limit,
            long mine,
            long standing,
            long usual,
            long need,
            boolean tells,
            boolean mayRecall) {}

    /// @param free what nobody has
    /// @param recalled the runs that were asked to give back what they do not need
    record Share(long granted, long standing, long free, Set<Long> recalled) {
        Share {
            recalled = Set.copyOf(recalled);
        }
    }

    TenantId tenant() {
        return tenant;
    }

    Kind kind() {
        return kind;
    }

    synchronized Taken take(long amount, long declared, long now, boolean alone) {
        adopt(declared);
        roll(now, alone);
        if (amount > mine - used) {
            return whole || amount > limit || isSpent() ? Taken.SPENT : Taken.SHORT;
        }
        used += amount;
        boolean low = !whole && !queued && free >= EIGHTH && mine - used < slice / 2;
        return low ? Taken.LOW : Taken.TAKEN;
    }

    private boolean isSpent() {
        return spent && System.nanoTime() - spentUntil < 0;
    }

    /// Returns whether another node waits for it.
    synchronized boolean giveBack(long amount, long takenIn) {
        if (kind.byMinute() && takenIn != minute) {
            return false;
        }
        used -= amount;
        returning |= wanted && !whole;
        return wanted && !whole;
    }

    synchronized long used(long now, boolean alone) {
        roll(now, alone);
        return used;
    }

    /// As far as this node knows.
    synchronized long left(long declared, long now, boolean alone) {
        adopt(declared);
        roll(now, alone);
        long known = whole ? mine - used : mine - used + Math.max(0, free);
        return Math.clamp(known, 0, limit);
    }

    private void adopt(long declared) {
        if (declared != limit) {
            limit = declared;
            mine = whole ? limit : Math.min(mine, used);
            standing = 0;
            free = limit - mine;
            spent = false;
        }
    }

    private void roll(long now, boolean alone) {
        // A clock that goes back a little gives no minute anew.
        if (kind.byMinute() && (now > minute || now < minute - 1)) {
            usedBefore = now == minute + 1 ? used : 0;
            used = 0;
            minute = now;
            whole = alone;
            mine = standing;
            slice = mine;
            free = limit - mine;
            spent = false;
            recalled = false;
            wanted = false;
            awaited.clear();
        }
        if (!kind.byMinute()) {
            minute = 0;
            whole |= alone;
        }
        if (whole) {
            whole = alone;
            mine = alone ? limit : used;
        }
    }

    /// The node is not alone any more. Nothing to write where nothing was used.
    synchronized Ask share(long now) {
        roll(now, false);
        mine = Math.min(mine, used);
        standing = 0;
        return ask(0, used + usedBefore > 0 ? usual() : 0);
    }

    private long usual() {
        return kind.byMinute() ? Math.max(limit / EIGHTH, usedBefore + usedBefore / EIGHTH) : 0;
    }

    /// Another node is short of it.
    synchronized void recall() {
        returning = true;
        tells = true;
        wanted = true;
    }

    synchronized Ask ask(long now, boolean alone) {
        queued = false;
        cameBack.clear();
        roll(now, alone);
        long usual = usual();
        if (returning && !whole) {
            returning = false;
            wanted &= mine <= used;
            tells |= mine > used;
            mine = Math.min(mine, used);
            standing = used + usedBefore == 0 ? 0 : standing;
            usual = standing;
        }
        return ask(Math.max(0, used + wanting - mine), usual);
    }

    private Ask ask(long need, long usual) {
        return new Ask(tenant, kind, minute, limit, mine, standing, usual, need, tells, !recalled);
    }

    /// The answer is durable. Returns whether to ask again.
    synchronized boolean heard(Ask asked, Share share) {
        tells = false;
        standing = asked.limit() == limit ? share.standing() : 0;
        if (minute != asked.minute()) {
            complete();
            return wanting > 0;
        }
        mine += share.granted();
        slice = Math.max(share.granted(), mine - used);
        free = share.free();
        if (!share.recalled().isEmpty()) {
            recalled = true;
            awaited.addAll(share.recalled());
            awaited.removeAll(cameBack);
            awaitedUntil = System.nanoTime() + RECALL_NANOS;
        }
        boolean enough = share.granted() >= asked.need();
        if (enough || share.granted() > 0) {
            complete();
        }
        if (!enough && awaited.isEmpty() && share.recalled().isEmpty()) {
            spent = true;
            spentUntil = System.nanoTime() + SPENT_NANOS;
            recalled = false;
            complete();
            return false;
        }
        recalled &= !enough;
        return awaited.isEmpty() && used + wanting > mine;
    }

    private void complete() {
        var before = answer;
        answer = new CompletableFuture<>();
        before.complete(null);
    }

    /// Another node gave back what it does not need. Returns whether to ask.
    synchronized boolean cameBack(long run) {
        spent = false;
        cameBack.add(run);
        awaited.remove(run);
        return wanting > 0;
    }

    synchronized boolean isAwaiting() {
        return !awaited.isEmpty();
    }

    /// Returns whether a node did not say anything for too long, which is then not waited for.
    synchronized boolean isOverdue() {
        if (awaited.isEmpty() || System.nanoTime() - awaitedUntil < 0) {
            return false;
        }
        awaited.clear();
        return true;
    }

    /// Completes when there may be more, or it is known to be spent.
    synchronized CompletableFuture<Void> want(long amount) {
        wanting += amount;
        return answer;
    }

    synchronized void wantNoMore(long amount) {
        wanting -= amount;
    }

    /// False when it stands in the queue already.
    synchronized boolean queue() {
        boolean first = !queued && !retired;
        queued = true;
        return first;
    }

    /// Of a run that is over: nothing of it is written any more.
    synchronized void retire() {
        retired = true;
    }

    /// What it asked for was not written.
    synchronized void failed(Ask asked) {
        returning |= asked.tells();
    }
}
