package org.allodium.billing.internal;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.internal.Ongoing.Running;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;

/// Gives requests their money, from memory where it suffices, and returns what lies idle.
final class Reserving {
    private final Clock clock;
    private final Run run;
    private final Ongoing ongoing;
    private final Pots pots;
    private final Predicate<LeaseCommand> leases;
    private final Deadlines deadlines;

    /// @param leases takes what changes leases; false when it has no room
    Reserving(
            Clock clock,
            Run run,
            Ongoing ongoing,
            Pots pots,
            Deadlines deadlines,
            Predicate<LeaseCommand> leases) {
        this.clock = clock;
        this.run = run;
        this.ongoing = ongoing;
        this.pots = pots;
        this.deadlines = deadlines;
        this.leases = leases;
    }

    CompletableFuture<ReserveOutcome> reserve(Intent intent) {
        var begun = ongoing.begin(intent.requestId(), intent.tenant());
        if (begun.isEmpty()) {
            return CompletableFuture.failedFuture(
                    Refused.of(ErrorCode.CONFLICT, "billing.request-under-way"));
        }
        return take(
                intent,
                taken -> {
                    if (taken.isPresent()) {
                        hold(begun.get(), intent, taken.get());
                    } else {
                        ongoing.ended(intent.requestId(), null);
                    }
                });
    }

    /// More output for a request that runs: a longer ceiling, held like the first.
    CompletableFuture<ReserveOutcome> extend(Running running, Intent first, long moreOutputTokens) {
        return take(
                first.more(moreOutputTokens),
                taken -> taken.ifPresent(more -> holdMore(running, first, more, moreOutputTokens)));
    }

    /// @param then hears what the request got before anybody else
    private CompletableFuture<ReserveOutcome> take(
            Intent intent, Consumer<Optional<Wallet.Taken>> then) {
        var now = clock.instant();
        var wallet = pots.wallet(intent.tenant().value());
        var taken = wallet.take(intent, now);
        if (taken.isPresent()) {
            then.accept(taken);
            return CompletableFuture.completedFuture(
                    new ReserveOutcome.Reserved(intent.requestId()));
        }
        return wish(new LeaseCommand.Wish(intent, now.plus(Marks.PATIENCE), then), wallet);
    }

    private CompletableFuture<ReserveOutcome> wish(LeaseCommand.Wish wish, Wallet wallet) {
        var answer = deadlines.watch(wish);
        wallet.asks();
        if (!leases.test(wish)) {
            wallet.asked();
            wish.then.accept(Optional.empty());
            Meters.reservation("full").increment();
            wish.future.completeExceptionally(full());
        }
        return answer;
    }

    private void hold(Running running, Intent intent, Wallet.Taken taken) {
        running.asked = intent;
        running.intent =
                OpenIntent.of(
                        intent, run.rack().take(), clock.instant(), taken.holds(), taken.shares());
        Meters.reservation("reserved").increment();
    }

    private void holdMore(
            Running running, Intent first, Wallet.Taken taken, long moreOutputTokens) {
        var more = first.charge().price().of(0, moreOutputTokens);
        if (!running.holdMore(more, taken)) {
            // It has ended meanwhile, without this.
            var slot = new Slot(run.number(), -1);
            var now = clock.instant();
            pots.end(OpenIntent.of(first, slot, now, taken.holds(), taken.shares()), Map.of(), now);
        }
    }

    /// Those for which other nodes were asked.
    void tryAgain(Recall recall) {
        for (int n = recall.size(); n > 0; n--) {
            recall.next().ifPresent(this::offerAgain);
        }
    }

    private void offerAgain(LeaseCommand.Wish wish) {
        if (!leases.test(wish)) {
            pots.wallet(wish.intent.tenant().value()).asked();
            if (wish.answer()) {
                wish.then.accept(Optional.empty());
                Replies.fail(wish.future, full());
            }
        }
    }

    private static Refused full() {
        return new Refused(ErrorCode.OVERLOADED, Sentence.of("billing.accounts-full"));
    }

    /// Whatever of a tenant's no request holds.
    void giveBackAll(UUID tenant) {
        var unused = giveBack(List.of(pots.wallet(tenant)), Instant.MAX);
    }

    /// Completes when the leases that were not touched since are given back.
    CompletableFuture<Void> giveBack(Instant idleSince) {
        return giveBack(pots.wallets(), idleSince);
    }

    private CompletableFuture<Void> giveBack(Collection<Wallet> wallets, Instant idleSince) {
        var idle = wallets.stream().filter(w -> !w.idle(idleSince).isEmpty()).toList();
        var back = new LeaseCommand.GiveBack(idle, idleSince, new CompletableFuture<>());
        if (idle.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        idle.forEach(Wallet::asks);
        if (!leases.test(back)) {
            idle.forEach(Wallet::asked);
            back.future().completeExceptionally(full());
        }
        return back.future();
    }
}
