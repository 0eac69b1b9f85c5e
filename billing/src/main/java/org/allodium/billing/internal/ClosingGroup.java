package org.allodium.billing.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.allodium.evidence.Receipts;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Settlements and releases, many in one transaction. Usage, balances, ledger
/// and receipt of a request become durable together or not at all.
final class ClosingGroup implements CommitGroup<Closing> {
    private static final Logger LOG = LoggerFactory.getLogger(ClosingGroup.class);
    private static final Duration LINGER = Duration.ofMillis(60);

    private final Run run;
    private final Clock clock;
    private final Receipts receipts;
    private final Ongoing ongoing;
    private final Pots pots;
    private final Ledger ledger;
    private SettlementSheet.Progress progress = new SettlementSheet.Progress(0, 0, 0);
    private @Nullable SettlementSheet attempt;
    private final Set<Closing> done = Collections.newSetFromMap(new IdentityHashMap<>());

    ClosingGroup(Run run, Clock clock, Receipts receipts, Ongoing ongoing, Pots pots) {
        this.run = run;
        this.clock = clock;
        this.receipts = receipts;
        this.ongoing = ongoing;
        this.pots = pots;
        this.ledger = new Ledger(clock);
    }

    @Override
    public void write(Handle handle, List<Closing> commands) {
        clearDoubt(handle);
        if (progress.run() != run.number()) {
            progress = new SettlementSheet.Progress(run.number(), 0, 0);
        }
        var sheet = new SettlementSheet(clock, receipts, progress);
        for (var command : commands) {
            if (!done.contains(command)) {
                sheet.add(command);
            }
        }
        answerEarlier(handle, commands);
        if (!sheet.isEmpty()) {
            sheet.write(handle, ledger);
            attempt = sheet;
        }
    }

    /// A transaction whose answer was lost may be durable, or may still become so: the count of
    /// settlements says which, and is waited for.
    private void clearDoubt(Handle handle) {
        var doubtful = attempt;
        if (doubtful != null) {
            long counted = run.counted(handle, Run.SETTLED);
            attempt = null;
            if (counted > progress.settled()) {
                becameDurable(doubtful);
            }
        }
    }

    private void becameDurable(SettlementSheet sheet) {
        progress = sheet.after();
        done.addAll(sheet.commands());
        sheet.tell(pots);
    }

    @Override
    public void durable(List<Closing> commands) {
        var sheet = attempt;
        attempt = null;
        if (sheet != null) {
            becameDurable(sheet);
        }
        for (var command : commands) {
            switch (command) {
                case Closing.Settle settle -> {
                    ongoing.ended(settle.requestId(), settle.result);
                    if (settle.result != null) {
                        Meters.settlement(label(settle)).increment();
                        Replies.complete(settle.future, settle.result);
                    } else {
                        Replies.fail(settle.future, Objects.requireNonNull(settle.refusal));
                    }
                    giveBack(settle.intent);
                }
                case Closing.Release release -> {
                    ongoing.ended(release.requestId(), null);
                    Meters.settlement("released").increment();
                    release.future.completeAsync(() -> null, Thread::startVirtualThread);
                    giveBack(release.intent);
                }
                case Closing.Clear _ -> {}
            }
        }
        commands.forEach(done::remove);
    }

    private void giveBack(@Nullable OpenIntent intent) {
        if (intent != null) {
            run.rack().giveBack(intent.slot());
        }
    }

    @Override
    public void refused(Closing command, Exception cause, boolean inDoubt) {
        LOG.error("Request {} cannot be closed and stays open", command.requestId(), cause);
        Meters.settlement("failed").increment();
        ongoing.stuck(command.requestId(), cause);
        switch (command) {
            case Closing.Settle settle -> Replies.fail(settle.future, Replies.explain(cause));
            case Closing.Release release -> Replies.fail(release.future, Replies.explain(cause));
            case Closing.Clear _ -> {}
        }
    }

    /// The answer has left or is leaving; a settlement that takes its commit from the next answer
    /// would only slow that one.
    @Override
    public Duration linger() {
        return LINGER;
    }

    /// The money is held until the database answers again, however long that takes.
    @Override
    public boolean patient(Closing command) {
        return true;
    }

    /// Those that are not under way, having been settled long ago, get the first result.
    private static void answerEarlier(Handle handle, List<Closing> commands) {
        for (var command : commands) {
            if (command instanceof Closing.Settle settle && settle.intent == null) {
                settle.result = UsageLog.byId(handle, settle.requestId()).orElse(null);
                settle.refusal =
                        settle.result != null
                                ? null
                                : Refused.of(ErrorCode.NOT_FOUND, "billing.no-reservation");
            }
        }
    }

    private static String label(Closing.Settle settle) {
        return settle.settlement.outcome().name().toLowerCase(Locale.ROOT);
    }
}
