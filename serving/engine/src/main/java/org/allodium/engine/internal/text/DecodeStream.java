package org.allodium.engine.internal.text;

import java.util.Arrays;
import java.util.function.Function;

/// Turns a growing sequence of tokens into pieces of text that together are the whole text. A token
/// may hold a part of a character only. Its decoding then ends in U+FFFD, and the piece waits for
/// further tokens. Decoding looks at a window of the last pieces, because some tokenizers write
/// spaces between tokens only.
public final class DecodeStream {
    private static final String INCOMPLETE = "\uFFFD";

    private final Function<long[], String> decode;
    private long[] ids = new long[64];
    private int size;
    private int windowStart;
    private int shownTokens;
    private String shownText = "";

    /// @param decode text of a sequence of tokens
    public DecodeStream(Function<long[], String> decode) {
        this.decode = decode;
    }

    /// Takes a token and gives the text that is complete by now, often empty.
    public String push(long id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
        }
        ids[size++] = id;
        var window = decode.apply(Arrays.copyOfRange(ids, windowStart, size));
        if (window.length() <= shownText.length() || window.endsWith(INCOMPLETE)) {
            return "";
        }
        var piece = window.substring(shownText.length());
        windowStart = shownTokens;
        shownTokens = size;
        shownText = decode.apply(Arrays.copyOfRange(ids, windowStart, size));
        return piece;
    }

    /// The rest when no more tokens come, broken characters included.
    public String flush() {
        var window = decode.apply(Arrays.copyOfRange(ids, windowStart, size));
        var piece =
                window.length() > shownText.length() ? window.substring(shownText.length()) : "";
        shownText = window;
        shownTokens = size;
        return piece;
    }
}
