package org.allodium.engine;

/// Keys and values from elsewhere that this copy of a model cannot go on from. The message is one
/// sentence that says why; it holds nothing of the content.
public final class PagesRefused extends RuntimeException {
    public PagesRefused(String sentence) {
        super(sentence);
    }
}
