package org.allodium.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// Passages that answers are quoted from.
public final class Corpus {
    private final String name;
    private final List<Passage> passages;
    private final List<String> elsewhere;
    private final String digest;

    /// @param elsewhere questions that sound like ours, and to which there is no answer here
    public Corpus(String name, List<Passage> passages, List<String> elsewhere) {
        this.name = name;
        this.passages = List.copyOf(passages);
        this.elsewhere = List.copyOf(elsewhere);
        digest = digestOf(parts());
    }

    /// The product's own handbook.
    public static Corpus handbook() {
        return Held.HANDBOOK;
    }

    public String name() {
        return name;
    }

    public List<Passage> passages() {
        return passages;
    }

    public List<String> elsewhere() {
        return elsewhere;
    }

    /// Over all that shapes an answer: corpora with one digest and the same vectors answer alike.
    public String digest() {
        return digest;
    }

    private static String digestOf(List<String> parts) {
        try {
            var hash = MessageDigest.getInstance("SHA-256");
            for (var part : parts) {
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
            parts.add(String.valueOf(passage.asked().size()));
            parts.addAll(passage.asked());
        }
        // Nor may one of them pass for a wording of the last passage.
        parts.add(String.valueOf(passages.size()));
        parts.addAll(elsewhere);
        return parts;
    }

    private static List<String> ofOthers() {
        try (var file = Corpus.class.getResourceAsStream("elsewhere.txt")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static final class Held {
        static final Corpus HANDBOOK =
                new Corpus("handbook", Handbook.read().quotable(), ofOthers());
    }
}
