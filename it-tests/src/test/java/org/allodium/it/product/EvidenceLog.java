package org.allodium.it.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.allodium.evidence.ReceiptVerifier;
import org.allodium.launcher.Component;

/// The log of receipts as it lies in the database, computed again from its leaves.
public final class EvidenceLog {
    private static final int HASH = 32;
    private static final String RECEIPTS =
            "select count(*) from evidence.sealed_receipt where seq >= 0";
    private static final String LEAVES = "select coalesce(sum(count), 0) from evidence.log_group";

    /// Receipts that stand in no group, or in two.
    private static final String NOT_ONCE =
            """
            select count(*) from (
                select r.run, r.seq from evidence.sealed_receipt r
                left join evidence.log_group g on g.run = r.run
                    and r.seq >= g.first_seq and r.seq < g.first_seq + g.count
                group by r.run, r.seq having count(g.run) <> 1) wrong""";

    private EvidenceLog() {}

    /// How many leaves it has.
    public static long size() throws Exception {
        return Books.one(LEAVES).longValueExact();
    }

    /// Waits until all that is kept is in it.
    public static void awaitAllIn(Duration patience) throws Exception {
        Waiting.until(
                patience,
                "every receipt is in the log",
                () -> Books.one(LEAVES).compareTo(Books.one(RECEIPTS)) == 0);
    }

    /// Groups follow each other without a gap, each checkpoint is the root of the tree that its
    /// group ends, no leaf stands twice, and each receipt stands in one group.
    public static void assertWhole() throws Exception {
        assertThat(Books.one(NOT_ONCE)).as(NOT_ONCE).isEqualByComparingTo("0");
        var tree = new Tree();
        try (var database = Product.database();
                var query = database.createStatement();
                var groups =
                        query.executeQuery(
                                "select first_index, leaves, checkpoint from evidence.log_group"
                                        + " order by first_index")) {
            while (groups.next()) {
                assertThat(groups.getLong(1)).as("where a group begins").isEqualTo(tree.size);
                tree.append(groups.getBytes(2));
                var lines = groups.getString(3).lines().toList();
                assertThat(lines.get(1)).isEqualTo(Long.toString(tree.size));
                assertThat(lines.get(2))
                        .as("the root of %s", tree.size)
                        .isEqualTo(Base64.getEncoder().encodeToString(tree.root()));
            }
        }
        assertThat(Books.one("select size from evidence.log_head"))
                .isEqualByComparingTo(Long.toString(tree.size));
    }

    /// As whoever has these receipts verifies them, without us.
    /// @param node that gives them, and the public keys
    public static void assertProven(Component node, Collection<String> ids) {
        var portal = Api.of(Product.portal(node), Product.key("standard"));
        var api = Api.of(Product.portal(node) + "/v1", Product.key("standard"));
        var keys = portal.get("/.well-known/jwks.json").text();
        for (var id : ids) {
            var document = api.get("/receipts/" + id);
            assertThat(document.status()).as(document.text()).isEqualTo(200);
            assertThat(ReceiptVerifier.verify(document.response().body(), keys))
                    .as(id)
                    .isInstanceOf(ReceiptVerifier.Outcome.Valid.class);
        }
    }

    /// RFC 6962, 2.1, written once more: leaves are hashes already.
    private static final class Tree {
        private final Deque<byte[]> roots = new ArrayDeque<>();
        private final Set<ByteBuffer> seen = new HashSet<>();
        private long size;

        void append(byte[] leaves) {
            for (int at = 0; at < leaves.length; at += HASH) {
                var leaf = new byte[HASH];
                System.arraycopy(leaves, at, leaf, 0, HASH);
                assertThat(seen.add(ByteBuffer.wrap(leaf))).as("leaf %s is new", size).isTrue();
                var root = leaf;
                for (long full = size; (full & 1) == 1; full >>= 1) {
                    root = node(roots.pop(), root);
                }
                roots.push(root);
                size++;
            }
        }

        byte[] root() {
            byte[] root = null;
            for (var left : roots) {
                root = root == null ? left : node(left, root);
            }
            return root;
        }

        private static byte[] node(byte[] left, byte[] right) {
            try {
                var sha = MessageDigest.getInstance("SHA-256");
                sha.update((byte) 1);
                sha.update(left);
                sha.update(right);
                return sha.digest();
            } catch (NoSuchAlgorithmException absent) {
                throw new IllegalStateException(absent);
            }
        }
    }
}
