package org.allodium.billing.internal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.allodium.billing.SettledRequest;
import org.allodium.evidence.Receipts;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Settlements and releases, many in one transaction. Usage, balances, ledger
/// and receipt of a request become durable together or not at all.
final class ClosingGroup implements CommitGroup<Closing> {
    private static final Logger LOG = LoggerFactory.getLogger(ClosingGroup.class);

    private final Clock clock;
    private final Receipts receipts;
    private final Ongoing ongoing;
    private final Ledger ledger;

    ClosingGroup(Clock clock, Receipts receipts, Ongoing ongoing) {
        this.clock = clock;
        this.receipts = receipts;
        this.ongoing = ongoing;
        this.ledger = new Ledger(clock);
    }

    @Override
    public void write(Handle handle, List<Closing> commands) {
        var ids = new LinkedHashSet<String>();
        for (var command : commands) {
            ids.add(command.requestId());
        }
        var open = OpenIntent.lock(handle, List.copyOf(ids));
        var sheet = new SettlementSheet(clock, receipts);
        var closed = new HashMap<String, SettledRequest>();
        for (var command : commands) {
            switch (command) {
                case Closing.Settle settle -> {
                    var intent = open.remove(settle.requestId());
                    if (intent != null) {
                        closed.put(intent.requestId(), sheet.settle(intent, settle.settlement));
                    }
                }
                case Closing.Release release -> {
                    var intent = open.remove(release.requestId());
                    if (intent != null) {
                        sheet.release(intent);
                    }
                }
            }
        }
        sheet.write(handle, ledger);
        answer(handle, commands, closed);
    }

    @Override
    public void durable(List<Closing> commands) {
        for (var command : commands) {
            switch (command) {
                case Closing.Settle settle -> {
                    ongoing.ended(settle.requestId(), settle.result);
                    if (settle.result != null) {
                        Meters.settlement(label(settle.result)).increment();
                        Replies.complete(settle.future, settle.result);
                    } else if (settle.refusal != null) {
                        Replies.fail(settle.future, settle.refusal);
                    }
                }
                case Closing.Release release -> {
                    ongoing.ended(release.requestId(), null);
                    Meters.settlement("released").increment();
                    release.future.completeAsync(() -> null, Thread::startVirtualThread);
                }
            }
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
        }
    }

    /// The money is held until the database answers again, however long that takes.
    @Override
    public boolean patient() {
        return true;
    }

    /// Those that were closed before, in this group or long ago, get the first result.
    private static void answer(
            Handle handle, List<Closing> commands, Map<String, SettledRequest> closed) {
        var earlier = new ArrayList<String>();
        for (var command : commands) {
            if (command instanceof Closing.Settle settle
                    && !closed.containsKey(settle.requestId())) {
                earlier.add(settle.requestId());
            }
        }
        var stored = UsageLog.byId(handle, earlier);
        for (var command : commands) {
            if (command instanceof Closing.Settle settle) {
                settle.result =
                        closed.getOrDefault(settle.requestId(), stored.get(settle.requestId()));
                settle.refusal =
                        settle.result != null
                                ? null
                                : Refused.of(ErrorCode.NOT_FOUND, "billing.no-reservation");
            }
        }
    }

    private static String label(SettledRequest settled) {
        return settled.outcome().name().toLowerCase(Locale.ROOT);
    }
}
