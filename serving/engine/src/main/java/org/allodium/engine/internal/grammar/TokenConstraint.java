package org.allodium.engine.internal.grammar;

/// One answer on its way through a grammar.
final class TokenConstraint implements Constraint {
    // Nodes of the tree of tokens, some ten milliseconds of looking. Counted whether a mask was
    // kept or not, so that what is written does not depend on that.
    private static final long MOST_COST = 4_000_000;

    private final Vocabulary vocabulary;
    private final Masks masks;
    private Opening place;

    TokenConstraint(Node grammar, Vocabulary vocabulary, Masks masks) {
        this.vocabulary = vocabulary;
        this.masks = masks;
        this.place = Opening.of(grammar);
    }

    @Override
    public void mask(float[] logits) {
        long[] allowed = allowed();
        for (int i = 0; i < logits.length; i++) {
            int word = i >> 6;
            if (word >= allowed.length || (allowed[word] >> i & 1) == 0) {
                logits[i] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    private long[] allowed() {
        var leaves = place.leaves();
        boolean mayEnd = place.mayEnd();
        if (leaves.size() == 1 && !mayEnd) {
            return masks.at(leaves.getFirst()).tokens();
        }
        var union = new long[vocabulary.words()];
        long cost = 0;
        for (var leaf : leaves) {
            // Every reading allows a token of its own, so some are left whatever is left out.
            if (cost > MOST_COST) {
                break;
            }
            var one = masks.at(leaf);
            cost += one.cost();
            for (int i = 0; i < union.length; i++) {
                union[i] |= one.tokens()[i];
            }
        }
        if (mayEnd) {
            vocabulary.markEnds(union);
        }
        return union;
    }

    @Override
    public void accept(int token) {
        if (vocabulary.isEnd(token)) {
            place = new Opening();
            return;
        }
        for (byte b : vocabulary.bytes(token)) {
            var next = new Opening();
            for (var leaf : place.leaves()) {
                next.read(leaf, b & 0xff);
            }
            place = next;
        }
    }

    @Override
    public boolean complete() {
        return place.leaves().isEmpty();
    }
}
