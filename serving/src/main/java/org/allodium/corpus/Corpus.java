package org.allodium.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Passages that answers are quoted from.
///
/// @param elsewhere wordings of questions that sound like ours and are not: whoever asks one of
/// them is told that there is no answer here
public record Corpus(String name, List<Passage> passages, List<String> elsewhere) {
    public Corpus {
        passages = List.copyOf(passages);
        elsewhere = List.copyOf(elsewhere);
    }

    /// The product's own handbook.
    public static Corpus handbook() {
        return Held.HANDBOOK;
    }

    /// Over all that shapes an answer: two corpora with one digest answer alike with the same
    /// vectors.
    public String digest() {
        try {
            var hash = MessageDigest.getInstance("SHA-256");
            for (var part : parts()) {
                var bytes = part.getBytes(UTF_8);
                // The length first, so that no text can pass for two.
                hash.update((bytes.length + ":").getBytes(UTF_8));
                hash.update(bytes);
            }
            return "sha256:" + HexFormat.of().formatHex(hash.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private List<String> parts() {
        var parts = new ArrayList<String>();
        parts.add(CorpusIndex.VERSION);
        parts.add(name);
        for (var passage : passages) {
            parts.add(passage.address());
            parts.add(passage.heading());
            parts.add(passage.text());
            parts.addAll(passage.asked());
        }
        parts.addAll(elsewhere);
        return parts;
    }

    private static final class Held {
        static final Corpus HANDBOOK = new Corpus("handbook", Handbook.read().quotable(), List.of());
    }
}
