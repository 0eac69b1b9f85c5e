package org.allodium.serving.internal.loading;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.serving.NodeListing.Copy;
import org.jdbi.v3.core.result.RowView;

/// Where all nodes write down what they compute, each in its own rows.
@ApplicationScoped
public class NodePools {
    private static final String ADD =
            "insert into serving.node_pool values (:node, :place, :runs, :words)";

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    /// In place of what the node said before.
    void say(String node, Collection<Copy> copies) {
        Database.over(platform)
                .useTransaction(
                        handle -> {
                            handle.createUpdate("delete from serving.node_pool where node = :node")
                                    .bind("node", node)
                                    .execute();
                            for (var copy : copies) {
                                handle.createUpdate(ADD)
                                        .bind("node", node)
                                        .bind("place", copy.place())
                                        .bind("runs", copy.runs())
                                        .bind("words", copy.words())
                                        .execute();
                            }
                        });
    }

    /// By node, in the order of their places.
    public Map<String, List<Copy>> all() {
        return Database.over(platform)
                .withHandle(
                        handle ->
                                handle
                                        .createQuery(
                                                "select * from serving.node_pool order by place")
                                        .map(NodePools::row)
                                        .list()
                                        .stream()
                                        .collect(
                                                Collectors.groupingBy(
                                                        Row::node,
                                                        Collectors.mapping(
                                                                Row::copy, Collectors.toList()))));
    }

    private record Row(String node, Copy copy) {}

    private static Row row(RowView row) {
        return new Row(
                row.getColumn("node", String.class),
                new Copy(
                        row.getColumn("place", String.class),
                        row.getColumn("runs", Boolean.class),
                        row.getColumn("words", String.class)));
    }

    /// What a node's starts have come to.
    static List<Copy> of(ModelStarts starts) {
        var copies = new TreeMap<String, Copy>();
        starts.failures().forEach((place, why) -> copies.put(place, new Copy(place, false, why)));
        starts.computing()
                .forEach((place, with) -> copies.put(place, new Copy(place, true, with.words())));
        return new ArrayList<>(copies.values());
    }
}
