package org.allodium.engine.internal.grammar;

/// One answer on its way through a grammar.
final class TokenConstraint implements Constraint {
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
            return masks.at(leaves.getFirst());
        }
        var union = new long[vocabulary.words()];
        for (var leaf : leaves) {
            long[] one = masks.at(leaf);
            for (int i = 0; i < union.length; i++) {
                union[i] |= one[i];
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
