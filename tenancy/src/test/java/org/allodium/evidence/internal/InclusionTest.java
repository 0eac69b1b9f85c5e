package org.allodium.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.allodium.evidence.Bytes;
import org.junit.jupiter.api.Test;

class InclusionTest {
    /// The leaves and roots that Certificate Transparency's own tests use.
    @Test
    void rootsAreThoseOfRfc6962() {
        var entries =
                List.of(
                        "",
                        "00",
                        "10",
                        "2021",
                        "3031",
                        "40414243",
                        "5051525354555657",
                        "606162636465666768696a6b6c6d6e6f");
        var roots =
                Map.of(
                        0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                        1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                        2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                        8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
        var tree = Frontier.of(0, new byte[0]);
        for (int size = 0; size <= entries.size(); size++) {
            if (roots.containsKey(size)) {
                assertThat(HexFormat.of().formatHex(tree.root())).isEqualTo(roots.get(size));
            }
            if (size < entries.size()) {
                var digest = Hashes.sha256();
                digest.update((byte) 0);
                byte[] entry = HexFormat.of().parseHex(entries.get(size));
                tree.append(digest.digest(entry), new ArrayList<>());
            }
        }
    }

    @Test
    void pathsOfSmallTreesAreThoseOfTheDefinition() {
        var growing = new Growing();
        for (int size = 1; size <= 70; size++) {
            growing.grow(size);
            assertThat(growing.tree.root()).isEqualTo(Trees.root(growing.leaves));
            for (int index = 0; index < size; index++) {
                var path = Inclusion.path(index, size, growing);
                assertThat(path)
                        .isEqualTo(
                                Trees.path(index, growing.leaves).stream().map(Bytes::of).toList());
                assertThat(Inclusion.root(index, size, growing.leaves.get(index), path))
                        .contains(Bytes.of(growing.tree.root()));
            }
        }
    }

    @Test
    void pathsOfLargeTreesReadFewHashesAndLeadToTheRoot() {
        var growing = new Growing();
        var random = new Random(5);
        for (int size : new int[] {255, 256, 257, 511, 4_097, 65_535, 65_536, 65_537, 150_001}) {
            growing.grow(size);
            byte[] root = Trees.root(growing.leaves);
            assertThat(growing.tree.root()).isEqualTo(root);
            for (int i = 0; i < 50; i++) {
                int index = i == 0 ? size - 1 : random.nextInt(size);
                growing.read = 0;
                var path = Inclusion.path(index, size, growing);
                assertThat(growing.read).isLessThan(2 * 3 * 256);
                assertThat(Inclusion.root(index, size, growing.leaves.get(index), path))
                        .contains(Bytes.of(root));
            }
        }
    }

    @Test
    void anotherPlaceOrSizeOrPathLeadsElsewhere() {
        var growing = new Growing();
        growing.grow(13);
        var root = Optional.of(Bytes.of(growing.tree.root()));
        for (int index = 0; index < 13; index++) {
            byte[] leaf = growing.leaves.get(index);
            var path = Inclusion.path(index, 13, growing);
            for (int other = -1; other <= 13; other++) {
                if (other != index) {
                    assertThat(Inclusion.root(other, 13, leaf, path)).isNotEqualTo(root);
                }
            }
            var longer = new ArrayList<>(path);
            longer.add(Bytes.of(leaf));
            assertThat(Inclusion.root(index, 13, leaf, longer)).isEmpty();
            assertThat(Inclusion.root(index, 13, leaf, path.subList(1, path.size())))
                    .isNotEqualTo(root);
        }
    }

    @Test
    void aFrontierIsTheSameAfterItWasStored() {
        var growing = new Growing();
        growing.grow(1_234);
        var again = Frontier.of(1_234, growing.tree.toBytes());
        assertThat(again.root()).isEqualTo(growing.tree.root());
    }

    private static final class Growing implements Inclusion.Nodes {
        final List<byte[]> leaves = new ArrayList<>();
        final Frontier tree = Frontier.of(0, new byte[0]);
        final Map<String, byte[]> subtrees = new HashMap<>();
        int read;

        void grow(int size) {
            while (leaves.size() < size) {
                byte[] leaf =
                        Hashes.sha256()
                                .digest(ByteBuffer.allocate(4).putInt(leaves.size()).array());
                leaves.add(leaf);
                var full = new ArrayList<Frontier.Subtree>();
                tree.append(leaf, full);
                full.forEach(
                        one -> subtrees.put(one.level() + "/" + one.index(), one.hash().toArray()));
            }
        }

        @Override
        public byte[] hash(int level, long index) {
            read++;
            return level == 0 ? leaves.get((int) index) : subtrees.get(level + "/" + index);
        }
    }
}
