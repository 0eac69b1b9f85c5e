package org.allodium.billing.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.allodium.billing.Nodes.Node;
import org.allodium.billing.Nodes.State;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.result.RowView;

/// The newest run of each node.
public final class NodeTable {
    private static final Duration REMEMBERED = Duration.ofDays(7);
    private static final String NEWEST =
            """
            select distinct on (node) node,
                case when settled >= 0 and ended_at is null
                         and alive_until >= clock_timestamp() then 'LIVES'
                     when settled >= 0 and ended_at is not null then 'ENDED'
                     else 'SILENT' end as state,
                case when settled >= 0 and ended_at is null
                         and alive_until >= clock_timestamp() then started_at
                     else coalesce(ended_at, nullif(alive_until, '-infinity'), started_at)
                     end as since
            from billing.run
            where node <> '' and coalesce(ended_at, :since) >= :since
            order by node, run desc""";

    private final Database platform;

    public NodeTable(Database platform) {
        this.platform = platform;
    }

    public List<Node> all(Instant now) {
        return platform.withHandle(
                handle ->
                        handle.createQuery(NEWEST)
                                .bind("since", now.minus(REMEMBERED))
                                .map(NodeTable::node)
                                .list());
    }

    private static Node node(RowView row) {
        return new Node(
                row.getColumn("node", String.class),
                row.getColumn("state", State.class),
                row.getColumn("since", Instant.class));
    }
}
