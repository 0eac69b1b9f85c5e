package org.allodium.engine.internal.grammar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.allodium.engine.FormatRefused;
import tools.jackson.databind.JsonNode;

/// The bytes that each token of a `tokenizer.json` adds to a text, by its decoder: the alphabet of
/// byte-level tokenizers, or text with a sign for blanks and `<0x0A>` for single bytes.
final class TokenBytes {
    private static final byte[] NO_TEXT = {};

    private final byte[][] bytes;
    private boolean byteLevel;
    private boolean byteFallback;
    private String blank = "";

    private TokenBytes(int size) {
        bytes = new byte[size][];
        Arrays.fill(bytes, NO_TEXT);
    }

    /// @param file the content of `tokenizer.json`
    /// @throws FormatRefused if the decoder is of another kind
    static byte[][] of(JsonNode file) {
        var vocabulary = vocabulary(file.path("model"));
        int size = vocabulary.values().stream().mapToInt(id -> id + 1).max().orElse(0);
        for (var added : file.path("added_tokens")) {
            size = Math.max(size, added.path("id").asInt(-1) + 1);
        }
        var tokens = new TokenBytes(size);
        tokens.readDecoder(file.path("decoder"));
        vocabulary.forEach((text, id) -> tokens.bytes[id] = tokens.bytes(text));
        for (var added : file.path("added_tokens")) {
            int id = added.path("id").asInt(-1);
            if (id >= 0) {
                tokens.bytes[id] =
                        added.path("special").asBoolean(false)
                                ? NO_TEXT
                                : added.path("content")
                                        .asString("")
                                        .getBytes(StandardCharsets.UTF_8);
            }
        }
        return tokens.bytes;
    }

    private static Map<String, Integer> vocabulary(JsonNode model) {
        var all = new HashMap<String, Integer>();
        var given = model.path("vocab");
        if (given.isObject()) {
            given.properties().forEach(e -> all.put(e.getKey(), e.getValue().asInt()));
        } else {
            // Unigram: a list of pairs of text and score.
            for (int id = 0; id < given.size(); id++) {
                all.put(given.get(id).path(0).asString(""), id);
            }
        }
        return all;
    }

    private void readDecoder(JsonNode decoder) {
        switch (decoder.path("type").asString("")) {
            case "Sequence" -> decoder.path("decoders").forEach(this::readDecoder);
            case "ByteLevel" -> byteLevel = true;
            case "ByteFallback" -> byteFallback = true;
            case "Metaspace" -> blank = decoder.path("replacement").asString("\u2581");
            case "Replace" -> {
                if (!decoder.path("content").asString("").equals(" ")) {
                    throw unknown("Replace with something other than a blank");
                }
                blank = decoder.path("pattern").path("String").asString("");
            }
            case "Fuse" -> {}
            // Takes a blank from the beginning of the text: no matter where blanks are free.
            case "Strip" -> {}
            case "" -> throw unknown("none");
            default -> throw unknown(decoder.path("type").asString());
        }
    }

    private static FormatRefused unknown(String kind) {
        return new FormatRefused(
                "",
                "The form of an answer cannot be prescribed to this model: the decoder of its"
                        + " tokenizer ("
                        + kind
                        + ") is not known.");
    }

    private byte[] bytes(String token) {
        if (byteLevel) {
            return fromAlphabet(token);
        }
        if (byteFallback && token.matches("<0x[0-9A-F]{2}>")) {
            return new byte[] {(byte) Integer.parseInt(token.substring(3, 5), 16)};
        }
        var text = blank.isEmpty() ? token : token.replace(blank, " ");
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The alphabet of byte-level tokenizers: printable bytes of Latin-1 stand for themselves, the
    /// others in their order for the characters from U+0100 on.
    private static byte[] fromAlphabet(String token) {
        var bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            int value = byteOf(token.charAt(i));
            if (value < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    private static int byteOf(char c) {
        if (printable(c)) {
            return c;
        }
        int rank = c - 0x100;
        for (int b = 0; b < 0x100 && rank >= 0; b++) {
            if (!printable(b) && rank-- == 0) {
                return b;
            }
        }
        return -1;
    }

    private static boolean printable(int c) {
        return c >= 0x21 && c <= 0x7e || c >= 0xa1 && c <= 0xac || c >= 0xae && c <= 0xff;
    }
}
