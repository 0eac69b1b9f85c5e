package org.allodium.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.allodium.it.product.Crowd;
import org.allodium.it.product.EvidenceLog;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.allodium.launcher.Component;
import org.allodium.tenancy.StallingProxy;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Starts a second server beside the product's first, unless it is there; each tells the other of
/// kept answers through a wire that can be cut.
final class TwoNodes implements BeforeAllCallback {
    static final Component FIRST = Component.PORTAL;
    static final Component SECOND = Component.SECOND_PORTAL;
    static final List<Component> ALL = List.of(FIRST, SECOND);

    /// Until nothing is under way any more.
    static final Duration CLOSED = Duration.ofSeconds(60);

    private static final int NEXT_NODE = 10;

    /// To the first and to the second. They stand as long as the servers, which may be used by
    /// further tests.
    private static final List<StallingProxy> WIRES = new ArrayList<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        if (WIRES.isEmpty()) {
            Product.startTwoNodes(wired());
        } else {
            Product.restart();
        }
    }

    private static Map<String, String> wired() {
        int port = Product.freePortForTwo();
        int reached = Product.freePortForTwo();
        try {
            WIRES.add(new StallingProxy(port, reached));
            WIRES.add(new StallingProxy(port + NEXT_NODE, reached + NEXT_NODE));
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        return Map.of(
                "ALLODIUM_SERVING_LINK_PORT",
                Integer.toString(port),
                "ALLODIUM_SERVING_LINK_REACHED_AT",
                "127.0.0.1:" + reached);
    }

    static List<StallingProxy> wires() {
        return List.copyOf(WIRES);
    }

    /// Where a node's API is.
    static String address(Component node) {
        return Product.portal(node) + "/v1";
    }

    static Api api(Component node) {
        return Api.of(address(node), Product.key("standard"));
    }

    static Crowd crowd(int clients, Component node) {
        return new Crowd(clients, address(node));
    }

    static boolean answers(Component node) {
        try {
            return api(node).chat("allodium-guide", "Hi", 2).status() == 200;
        } catch (UncheckedIOException nobodyThere) {
            return false;
        }
    }

    static void awaitServes(Component node) throws Exception {
        Waiting.until(CLOSED, node.program() + " serves again", () -> answers(node));
    }

    /// Nothing is under way, the books are in balance, and the log is whole.
    static void assertSound() throws Exception {
        Books.awaitAllClosed(CLOSED);
        Books.assertInBalance();
        EvidenceLog.awaitAllIn(CLOSED);
        EvidenceLog.assertWhole();
    }

    /// And no receipt denies what a client has.
    /// @param witness the node that shows the receipts
    static void assertSound(Component witness, Crowd... crowds) throws Exception {
        assertSound();
        for (var crowd : crowds) {
            EvidenceLog.assertProven(witness, crowd.whole);
            var receipts = Books.receipts(crowd.whole);
            for (var id : crowd.whole) {
                assertThat(receipts.get(id).path("outcome").asString())
                        .as(id)
                        .isEqualTo("completed");
            }
            var partly = Books.receipts(crowd.partly);
            for (var id : crowd.partly) {
                assertThat(partly).as("receipts of what came in part").containsKey(id);
                assertThat(partly.get(id).path("outcome").asString()).as(id).isNotEmpty();
            }
        }
    }
}
