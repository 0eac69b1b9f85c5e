package org.allodium.billing.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.allodium.billing.Settlement;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closing rows and marks, many in one narrow transaction: an answer's end waits for nothing else.
final class TraceGroup implements CommitGroup<Trace> {
    private static final Logger LOG = LoggerFactory.getLogger(TraceGroup.class);
    private static final String MARK =
            """
            insert into billing.release_mark (node_id, at, request_ids, tokens)
            values (:node, :at, :requests, :tokens)
            on conflict (node_id) do update
            set at = excluded.at, request_ids = excluded.request_ids, tokens = excluded.tokens""";
    private static final Columns<ClosingRow> CLOSING =
            new Columns<>(
                    ClosingRow.class,
                    """
                    update billing.open_reservation o
                    set outcome = u.outcome, input_tokens = u.input, output_tokens = u.output,
                        from_cache = u.cached, facts = u.facts::json
                    from unnest(:request, :outcome, :input, :output, :cached, :facts)
                        as u (request_id, outcome, input, output, cached, facts)
                    where o.request_id = u.request_id""");

    private final UUID node;
    private final Marks marks;

    TraceGroup(UUID node, Marks marks) {
        this.node = node;
        this.marks = marks;
    }

    private record ClosingRow(
            String request, String outcome, long input, long output, boolean cached, String facts) {
        static ClosingRow of(Settlement settlement) {
            return new ClosingRow(
                    settlement.requestId(),
                    settlement.outcome().name(),
                    settlement.inputTokens(),
                    settlement.outputTokens(),
                    settlement.fromCache(),
                    settlement.making().toJson());
        }
    }

    @Override
    public void write(Handle handle, List<Trace> commands) {
        var rows = new ArrayList<ClosingRow>();
        Trace.Mark latest = null;
        for (var command : commands) {
            switch (command) {
                case Trace.Mark mark -> latest = mark;
                case Trace.ClosingRow row -> {
                    if (!row.givenUp()) {
                        rows.add(ClosingRow.of(row.settlement));
                    }
                }
            }
        }
        CLOSING.write(handle, rows);
        if (latest != null) {
            write(handle, latest);
        }
    }

    private void write(Handle handle, Trace.Mark mark) {
        var ids = List.copyOf(mark.released().keySet());
        handle.createUpdate(MARK)
                .bind("node", node)
                .bind("at", mark.at())
                .bind("requests", Database.array(String.class, ids))
                .bind(
                        "tokens",
                        Database.array(Long.class, ids.stream().map(mark.released()::get).toList()))
                .execute();
    }

    @Override
    public void durable(List<Trace> commands) {
        for (var command : commands) {
            switch (command) {
                case Trace.Mark mark -> marks.durable(mark);
                case Trace.ClosingRow row -> Replies.complete(row.future);
            }
        }
    }

    @Override
    public void refused(Trace command, Exception cause, boolean inDoubt) {
        switch (command) {
            case Trace.Mark _ -> {
                LOG.error("A mark of running answers was refused", cause);
                marks.refused();
            }
            case Trace.ClosingRow row -> Replies.fail(row.future, Replies.explain(cause));
        }
    }

    /// Whoever waits has a deadline of their own; until then the database may come back.
    @Override
    public boolean patient() {
        return true;
    }
}
