package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import org.allodium.billing.Nodes;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.loading.NodePools;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Requires;
import org.jdbi.v3.core.JdbiException;

/// Which node computes what, for the platform's operators.
@ApplicationScoped
public class NodeListing {
    @Inject Nodes nodes;
    @Inject NodePools pools;

    /// A model's copy on a pool, at one node.
    /// @param place `model@pool`
    /// @param words what it computes with, or why it does not run
    public record Copy(String place, boolean runs, String words) {}

    /// @param own whether it is the one that answers
    public record Entry(Nodes.Node node, boolean own, List<Copy> copies) {
        public Entry {
            copies = List.copyOf(copies);
        }
    }

    /// By name. Who does not live computes nothing.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.INSPECT_MODELS)
    public List<Entry> all() {
        var living = nodes.all();
        try {
            var said = pools.all();
            return living.stream()
                    .map(
                            node ->
                                    new Entry(
                                            node,
                                            node.name().equals(nodes.own()),
                                            node.state() == Nodes.State.LIVES
                                                    ? said.getOrDefault(node.name(), List.of())
                                                    : List.of()))
                    .toList();
        } catch (JdbiException e) {
            throw Refused.of(ErrorCode.OVERLOADED, "serving.nodes-away").because(e);
        }
    }
}
