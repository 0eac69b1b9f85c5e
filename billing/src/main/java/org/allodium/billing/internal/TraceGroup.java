package org.allodium.billing.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Intents, closing rows and marks, many in one narrow transaction: nobody waits for anything else.
/// An intent and its end that come together are one row.
final class TraceGroup implements CommitGroup<Trace> {
    private static final Logger LOG = LoggerFactory.getLogger(TraceGroup.class);
    private static final String MARK =
            """
            insert into billing.mark (run, at, request_ids, tokens)
            select :run, :at, :requests, :tokens
            where exists (select from billing.run r where r.run = :run and settled >= 0)
            on conflict (run) do update
            set at = excluded.at, request_ids = excluded.request_ids, tokens = excluded.tokens""";
    // Only while no other run has taken over. What was in the slot is settled. Written again after
    // an answer that was lost, it is the same.
    private static final Columns<Row> ROWS =
            new Columns<>(
                    Row.class,
                    """
                    insert into billing.slot
                        (run, slot, request_id, tenant_id, opened_at, intent, closing)
                    select run, slot, request, tenant, at, intent::json, closing::json
                    from unnest(:run, :slot, :request, :tenant, :at, :intent, :closing)
                        as u (run, slot, request, tenant, at, intent, closing)
                    where exists (select from billing.run r where r.run = u.run and settled >= 0)
                    on conflict (run, slot) do update
                    set request_id = excluded.request_id, tenant_id = excluded.tenant_id,
                        opened_at = excluded.opened_at, intent = excluded.intent,
                        closing = excluded.closing""");
    private static final Columns<End> ENDS =
            new Columns<>(
                    End.class,
                    """
                    update billing.slot s set closing = u.closing::json
                    from unnest(:run, :slot, :request, :closing) as u (run, slot, request, closing)
                    where s.run = u.run and s.slot = u.slot and s.request_id = u.request
                        and exists (select from billing.run r
                            where r.run = u.run and settled >= 0)""");

    private final Run run;
    private final Marks marks;

    TraceGroup(Run run, Marks marks) {
        this.run = run;
        this.marks = marks;
    }

    private record Row(
            long run,
            int slot,
            String request,
            UUID tenant,
            Instant at,
            String intent,
            @Nullable String closing) {
        static Row of(OpenIntent intent, @Nullable String closing) {
            return new Row(
                    intent.slot().run(),
                    intent.slot().number(),
                    intent.requestId(),
                    intent.tenant(),
                    intent.openedAt(),
                    SlotText.intent(intent),
                    closing);
        }
    }

    private record End(long run, int slot, String request, String closing) {
        static End of(OpenIntent intent, String closing) {
            var slot = intent.slot();
            return new End(slot.run(), slot.number(), intent.requestId(), closing);
        }
    }

    @Override
    public void write(Handle handle, List<Trace> commands) {
        var rows = new LinkedHashMap<Slot, Row>();
        judge(handle, commands);
        var ends = new ArrayList<End>();
        Trace.Mark latest = null;
        for (var command : commands) {
            switch (command) {
                case Trace.Mark mark -> latest = mark;
                case Trace.Opening opening -> {
                    if (isWritten(opening)) {
                        rows.put(opening.intent.slot(), Row.of(opening.intent, null));
                    }
                }
                case Trace.ClosingRow row -> {
                    if (isWritten(row)) {
                        close(row, rows, ends);
                    }
                }
            }
        }
        int written = ROWS.write(handle, rows.values()) + ENDS.write(handle, ends);
        requireAll(rows.size() + ends.size(), written);
        if (latest != null) {
            write(handle, latest);
        }
    }

    /// Marks and keys are statements of their own.
    @Override
    public boolean isOneStatement(List<Trace> commands) {
        boolean more =
                commands.stream()
                        .anyMatch(
                                c ->
                                        c instanceof Trace.Mark
                                                || (c instanceof Trace.SlotRow row && row.opens()));
        long ends =
                commands.stream()
                        .filter(c -> c instanceof Trace.ClosingRow row && row.isOpened())
                        .count();
        return !more && (ends == 0 || ends == commands.size());
    }

    /// Which of them another request is before, that has the same key.
    private static void judge(Handle handle, List<Trace> commands) {
        var opening = new ArrayList<Trace.SlotRow>();
        for (var command : commands) {
            if (command instanceof Trace.SlotRow row && row.opens() && !row.givenUp()) {
                opening.add(row);
            }
        }
        if (!opening.isEmpty()) {
            var second = Keys.claim(handle, opening.stream().map(row -> row.intent).toList());
            opening.forEach(row -> row.comesSecond(second.contains(row.intent.requestId())));
        }
    }

    private static boolean isWritten(Trace.SlotRow row) {
        return !row.givenUp() && !row.isSecond();
    }

    private static void requireAll(int rows, int written) {
        if (written != rows) {
            throw new IllegalStateException("Another run has taken over from this one");
        }
    }

    private static void close(Trace.ClosingRow row, Map<Slot, Row> rows, List<End> ends) {
        var closing = SlotText.closing(row.settlement);
        if (row.isOpened()) {
            ends.add(End.of(row.intent, closing));
        } else {
            rows.put(row.intent.slot(), Row.of(row.intent, closing));
        }
    }

    private void write(Handle handle, Trace.Mark mark) {
        var ids = List.copyOf(mark.released().keySet());
        int written =
                handle.createUpdate(MARK)
                        .bind("run", run.number())
                        .bind("at", mark.at())
                        .bind("requests", Database.array(String.class, ids))
                        .bind(
                                "tokens",
                                Database.array(
                                        Long.class,
                                        ids.stream().map(mark.released()::get).toList()))
                        .execute();
        requireAll(1, written);
    }

    @Override
    public void durable(List<Trace> commands) {
        for (var command : commands) {
            switch (command) {
                case Trace.Mark mark -> marks.durable(mark);
                case Trace.Opening opening -> {
                    if (isWritten(opening)) {
                        opening.becameDurable();
                    }
                    answer(opening);
                }
                case Trace.ClosingRow row -> answer(row);
            }
        }
    }

    /// On this very thread: whoever waits is only woken.
    private static void answer(Trace.SlotRow row) {
        row.over.complete(null);
        if (row.isSecond()) {
            Replies.fail(
                    row.future, Refused.of(ErrorCode.IDEMPOTENCY_KEY_IN_USE, "billing.key-in-use"));
        } else if (!row.givenUp()) {
            row.future.complete(null);
        }
    }

    @Override
    public void refused(Trace command, Exception cause, boolean inDoubt) {
        switch (command) {
            case Trace.Mark _ -> {
                LOG.error("A mark of running answers was refused", cause);
                marks.refused();
            }
            case Trace.SlotRow row -> {
                Replies.fail(row.future, Replies.explain(cause));
                Replies.complete(row.over);
            }
        }
    }

    /// Whoever waits for an end has a deadline of their own, and until then the database may come
    /// back. A request that has not begun is better refused at once.
    @Override
    public boolean patient(Trace command) {
        return !(command instanceof Trace.Opening);
    }
}
