package org.allodium.engine.internal.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import org.allodium.engine.ModelRefused;
import tools.jackson.databind.JsonNode;

/// Refuses a tokenizer's file that could make much of a little text, on its way in or out: the
/// library would fill the memory before anybody could count.
public final class TextGrowth {
    /// Times as many bytes as it was given.
    static final int MOST = 16;

    private static final int LONGEST_TOKEN = 4_096;
    private static final int LONGEST_PREFIX = 64;
    private static final int LONGEST_OF_A_CHARACTER = 64;
    private static final int MOST_PIECES = 32;
    private static final int MOST_IDS = 64;

    private TextGrowth() {}

    /// @param file the content of tokenizer.json
    /// @throws ModelRefused if a text could grow more than [#MOST] times
    public static void check(JsonNode file) {
        if (growth(file.path("normalizer"), "normalizers") > MOST) {
            throw refused("its normalizer could make a text more than " + MOST + " times longer");
        }
        if (growth(file.path("decoder"), "decoders") > MOST) {
            throw refused("its decoder could make a text more than " + MOST + " times longer");
        }
        var vocabulary = file.path("model").path("vocab");
        var words =
                vocabulary.isObject()
                        ? vocabulary.propertyStream().map(word -> word.getKey())
                        : vocabulary.valueStream().map(pair -> pair.path(0).asString(""));
        var added =
                file.path("added_tokens").valueStream().map(t -> t.path("content").asString(""));
        if (Stream.concat(words, added).anyMatch(w -> bytes(w) > LONGEST_TOKEN)) {
            throw refused("a token has more than " + LONGEST_TOKEN + " bytes");
        }
        checkAround(file.path("post_processor"));
    }

    private static double growth(JsonNode step, String listOfSequence) {
        return switch (step.path("type").asString("")) {
            case "Sequence" ->
                    step.path(listOfSequence)
                            .valueStream()
                            .mapToDouble(s -> growth(s, listOfSequence))
                            .reduce(1, (a, b) -> a * b);
            case "Replace" -> replacement(step);
            case "Prepend" -> {
                if (bytes(step.path("prepend").asString("")) > LONGEST_PREFIX) {
                    throw refused("it puts more than " + LONGEST_PREFIX + " bytes before a text");
                }
                yield 1;
            }
            case "Precompiled" -> precompiled(step.path("precompiled_charsmap"));
            // The forms of Unicode grow single characters up to eleven times, and what is made of
            // them not again: they count once, against none of the others.
            default -> 1;
        };
    }

    private static double replacement(JsonNode step) {
        var by = bytes(step.path("content").asString(""));
        var text = step.path("pattern").path("String");
        if (text.isString()) {
            int of = bytes(text.asString());
            return of == 0 ? 1.0 + by : Math.max(1.0, (double) by / of);
        }
        // An expression may match nothing, between any two characters.
        return by <= 1 ? 1 : 1.0 + by;
    }

    /// A map of characters as SentencePiece makes it: the size of its index, the index, and the
    /// texts that stand for characters, with a zero behind each.
    private static double precompiled(JsonNode map) {
        if (map.isNull() || map.isMissingNode()) {
            return 1;
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(map.asString(""));
        } catch (IllegalArgumentException e) {
            throw refused("its precompiled_charsmap is not Base64");
        }
        if (bytes.length < Integer.BYTES) {
            throw refused("its precompiled_charsmap is too short");
        }
        long index = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xffffffffL;
        long from = Integer.BYTES + index;
        if (from > bytes.length) {
            throw refused("its precompiled_charsmap is too short");
        }
        int length = 0;
        for (int i = (int) from; i < bytes.length; i++) {
            length = bytes[i] == 0 ? 0 : length + 1;
            if (length > LONGEST_OF_A_CHARACTER) {
                throw refused("its precompiled_charsmap makes too much of a character");
            }
        }
        return 1;
    }

    /// What is put around each text is as long for a short one.
    private static void checkAround(JsonNode step) {
        step.path("processors").valueStream().forEach(TextGrowth::checkAround);
        int pieces = step.path("single").size() + step.path("pair").size();
        int ids =
                step.path("special_tokens").valueStream().mapToInt(t -> t.path("ids").size()).sum();
        if (pieces > MOST_PIECES || ids > MOST_IDS) {
            throw refused("it puts too many tokens around a text");
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static ModelRefused refused(String why) {
        return new ModelRefused("The file tokenizer.json is refused: " + why + ".");
    }
}
