package org.allodium.engine;

/// A conversation that the model's own chat template rejects (for example two user turns in a row).
/// The message is the template's sentence.
public final class ChatRefused extends RuntimeException {
    public ChatRefused(String sentence) {
        super(sentence);
    }
}
