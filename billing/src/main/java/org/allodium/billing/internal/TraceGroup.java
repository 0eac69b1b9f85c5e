package org.allodium.billing.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closing rows and marks, many in one narrow transaction: whoever writes the end of an answer
/// waits for it, and for nothing else.
final class TraceGroup implements CommitGroup<Trace> {
    private static final Logger LOG = LoggerFactory.getLogger(TraceGroup.class);
    private static final String MARK =
            """
            insert into billing.release_mark (node_id, at, request_ids, tokens)
            values (?, ?, ?, ?)
            on conflict (node_id) do update
            set at = excluded.at, request_ids = excluded.request_ids, tokens = excluded.tokens""";
    private static final String CLOSING =
            """
            update billing.open_reservation o
            set outcome = u.outcome, input_tokens = u.input, output_tokens = u.output,
                from_cache = u.cached, facts = u.facts::json
            from unnest(?::text[], ?::text[], ?::int8[], ?::int8[], ?::bool[], ?::text[])
                as u (request_id, outcome, input, output, cached, facts)
            where o.request_id = u.request_id""";

    private final UUID node;
    private final Marks marks;

    TraceGroup(UUID node, Marks marks) {
        this.node = node;
        this.marks = marks;
    }

    @Override
    public void write(Connection connection, List<Trace> commands) throws SQLException {
        var rows = new Columns(CLOSING);
        Trace.Mark latest = null;
        for (var command : commands) {
            switch (command) {
                case Trace.Mark mark -> latest = mark;
                case Trace.ClosingRow row -> {
                    if (!row.givenUp()) {
                        add(rows, row);
                    }
                }
            }
        }
        rows.write(connection);
        if (latest != null) {
            write(connection, latest);
        }
    }

    private static void add(Columns rows, Trace.ClosingRow row) {
        var settlement = row.settlement;
        rows.row(
                settlement.requestId(),
                settlement.outcome().name(),
                settlement.inputTokens(),
                settlement.outputTokens(),
                settlement.fromCache(),
                settlement.making().toJson());
    }

    private void write(Connection connection, Trace.Mark mark) throws SQLException {
        var ids = List.copyOf(mark.released().keySet());
        var tokens = new ArrayList<Long>();
        ids.forEach(id -> tokens.add(mark.released().get(id)));
        try (var upsert = connection.prepareStatement(MARK)) {
            upsert.setObject(1, node);
            upsert.setObject(2, mark.at().atOffset(ZoneOffset.UTC));
            upsert.setArray(3, connection.createArrayOf("text", ids.toArray()));
            upsert.setArray(4, connection.createArrayOf("int8", tokens.toArray()));
            upsert.executeUpdate();
        }
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
