package org.allodium.engine.internal.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.TokenPair;
import org.allodium.engine.WrittenChat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The tokenizer of a model directory. Safe for many threads.
public final class Tokens implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final List<String> controls;
    private final int mostBytesPerToken;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    private Tokens(HuggingFaceTokenizer tokenizer, JsonNode file) {
        this.tokenizer = tokenizer;
        this.controls = controls(file);
        this.mostBytesPerToken = TextPerToken.most(file);
    }

    /// @throws ModelRefused if the library does not understand the file
    public static Tokens load(Path file) {
        var thread = Thread.currentThread();
        var loader = thread.getContextClassLoader();
        // The library looks for its native part there; in a server the caller's may not see it.
        thread.setContextClassLoader(Tokens.class.getClassLoader());
        try {
            var content = JsonMapper.shared().readTree(Files.readAllBytes(file));
            return new Tokens(open(file), content);
        } catch (IOException | RuntimeException e) {
            throw new ModelRefused("The file tokenizer.json cannot be used: " + e.getMessage(), e);
        } finally {
            thread.setContextClassLoader(loader);
        }
    }

    private static HuggingFaceTokenizer open(Path file) throws IOException {
        return HuggingFaceTokenizer.builder()
                .optTokenizerPath(file)
                .optAddSpecialTokens(false)
                .optTruncation(false)
                .optPadding(false)
                .build();
    }

    private static List<String> controls(JsonNode file) {
        return file.path("added_tokens")
                .valueStream()
                .filter(t -> t.path("special").asBoolean(false))
                .map(t -> t.path("content"))
                .filter(JsonNode::isString)
                .map(JsonNode::asString)
                .filter(t -> !t.isEmpty())
                .toList();
    }

    /// The most bytes of text that one token stands for.
    public int mostBytesPerToken() {
        return mostBytesPerToken;
    }

    /// Ids as the file says; control tokens written in the text are control tokens.
    public long[] encode(String text) {
        return text.isEmpty()
                ? new long[0]
                : whileOpen(() -> tokenizer.encode(text, false, false).getIds());
    }

    /// Ids with the tokens that the file's post-processor puts around a text.
    public long[] encodeForEncoder(String text) {
        return whileOpen(() -> tokenizer.encode(text, true, false).getIds());
    }

    /// Ids of two texts with the tokens that the file's post-processor puts around and between.
    public TokenPair encodePair(String first, String second) {
        return whileOpen(
                () -> {
                    var encoding = tokenizer.encode(first, second, true, false);
                    return new TokenPair(encoding.getIds(), encoding.getTypeIds());
                });
    }

    /// A shield for the text of users in one prompt of this tokenizer.
    public Shield shield() {
        return new Shield(controls);
    }

    public long[] encode(WrittenChat conversation) {
        return conversation.parts().stream()
                .flatMapToLong(
                        part ->
                                part.plain()
                                        ? plain(part.text())
                                        : Arrays.stream(encode(part.text())))
                .toArray();
    }

    /// Ids of a text in which control tokens are the characters that they are written with.
    public long[] encodePlain(String text) {
        return plain(text).toArray();
    }

    /// Ids of a control token's characters. Cut in two, neither half is a control token any more;
    /// where one still is (or the token is one character), it is cut again or left out.
    private LongStream plain(String text) {
        if (controls.stream().noneMatch(text::contains)) {
            return Arrays.stream(encode(text));
        }
        int cut = text.offsetByCodePoints(0, 1);
        return cut == text.length()
                ? LongStream.empty()
                : LongStream.concat(plain(text.substring(0, cut)), plain(text.substring(cut)));
    }

    public String decode(long[] ids) {
        return ids.length == 0 ? "" : whileOpen(() -> tokenizer.decode(ids, false));
    }

    /// Text of an answer: control tokens are left out.
    public String decodeAnswer(long[] ids) {
        return ids.length == 0 ? "" : whileOpen(() -> tokenizer.decode(ids, true));
    }

    /// The library frees its memory on close without asking whether another thread is using it.
    private <T> T whileOpen(Supplier<T> work) {
        use.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The tokenizer is closed");
            }
            return work.get();
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public void close() {
        use.writeLock().lock();
        try {
            closed = true;
            tokenizer.close();
        } finally {
            use.writeLock().unlock();
        }
    }
}
