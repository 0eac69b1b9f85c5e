package org.allodium.engine.internal.grammar;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.internal.grammar.GrammarMakers.Made;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The forms that a model's answers can be given. Safe for many threads; the vocabulary is read
/// when the first answer needs it.
public final class Constraints {
    private static final int MOST_GRAMMARS = 64;
    private static final long MOST_BYTES = 64L << 20;
    private static final int SAMPLES = 256;
    private static final byte[] NO_TEXT = {};
    private static final String QUOTE = "A quote is held to its tokens, not to a grammar";

    private final Path tokenizer;
    private final Function<long[], String> decode;
    private final Set<Long> endTokens;
    private final @Nullable CallShape calls;
    private final LinkedHashMap<OutputFormat, Made<Node>> grammars =
            new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private byte @Nullable [][] spellings;
    private @Nullable Ready ready;

    static {
        // What all grammars share is made before anybody's effort is counted.
        for (var shared :
                List.of(
                        JsonParts.class,
                        Counted.class,
                        Decimals.class,
                        Formats.class,
                        PatternReader.class,
                        CallShape.class,
                        Vocabulary.class)) {
            try {
                MethodHandles.lookup().ensureInitialized(shared);
            } catch (IllegalAccessException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    private record Ready(Vocabulary vocabulary, Masks masks) {}

    /// @param tokenizer the file `tokenizer.json`
    /// @param decode text of tokens by that tokenizer, to check our reading of the file against
    /// @param endTokens those with which the model ends an answer
    /// @param calls how the model calls tools; null if it does not
    public Constraints(
            Path tokenizer,
            Function<long[], String> decode,
            Set<Long> endTokens,
            @Nullable CallShape calls) {
        this.calls = calls;
        this.tokenizer = tokenizer;
        this.decode = decode;
        this.endTokens = Set.copyOf(endTokens);
    }

    /// The bytes that a token adds to a text; none for a control token, and where the tokenizer's
    /// file is of a kind that is not known.
    public byte[] spelling(long token) {
        byte[][] known;
        try {
            known = spellings();
        } catch (FormatRefused e) {
            return NO_TEXT;
        }
        return token < known.length ? known[(int) token].clone() : NO_TEXT;
    }

    /// What an answer of this form is held to; empty for plain text.
    /// @throws FormatRefused if the form cannot be kept
    /// @throws org.allodium.engine.EngineBusy if too many forms are being prepared
    public Optional<Constraint> start(OutputFormat format) {
        boolean free =
                switch (format) {
                    case OutputFormat.Text() -> true;
                    case OutputFormat.ToolCalls tools -> tools.free() && !tools.held();
                    case OutputFormat.JsonObject _, OutputFormat.JsonSchema _ -> false;
                    case OutputFormat.Quote _ -> throw new IllegalArgumentException(QUOTE);
                };
        if (free) {
            return Optional.empty();
        }
        var grammar = grammar(format);
        var known = ready();
        return Optional.of(new TokenConstraint(grammar, known.vocabulary(), known.masks()));
    }

    private Node grammar(OutputFormat format) {
        synchronized (grammars) {
            var known = grammars.get(format);
            if (known != null) {
                return known.it();
            }
        }
        var made = GrammarMakers.SHARED.make(() -> compile(format, calls));
        synchronized (grammars) {
            var before = grammars.put(format, made);
            bytes += made.bytes() - (before == null ? 0 : before.bytes());
            while (grammars.size() > MOST_GRAMMARS || bytes > MOST_BYTES) {
                bytes -= grammars.pollFirstEntry().getValue().bytes();
            }
        }
        return made.it();
    }

    static Node compile(OutputFormat format, @Nullable CallShape calls) {
        var grammar =
                switch (format) {
                    case OutputFormat.JsonObject _, OutputFormat.JsonSchema _ -> json(format);
                    case OutputFormat.ToolCalls tools -> {
                        if (calls == null) {
                            throw new FormatRefused("", "The model's template calls no tools.");
                        }
                        yield tools.words() instanceof OutputFormat.Text
                                ? calls.grammar(tools)
                                : calls.grammar(tools, json(tools.words()));
                    }
                    case OutputFormat.Text() ->
                            throw new IllegalArgumentException("Any text needs no grammar");
                    case OutputFormat.Quote _ -> throw new IllegalArgumentException(QUOTE);
                };
        Node.settle(grammar);
        return grammar;
    }

    private static Node json(OutputFormat format) {
        return switch (format) {
            case OutputFormat.JsonObject() -> JsonParts.text(JsonParts.OBJECT);
            case OutputFormat.JsonSchema(String schema) -> SchemaReader.read(schema);
            case OutputFormat.Text _, OutputFormat.ToolCalls _, OutputFormat.Quote _ ->
                    throw new IllegalArgumentException("This is no form of JSON");
        };
    }

    private synchronized Ready ready() {
        if (ready == null) {
            var vocabulary = new Vocabulary(spellings(), endTokens);
            int missing = vocabulary.missingByte();
            if (missing >= 0) {
                throw new FormatRefused(
                        "",
                        "The form of an answer cannot be prescribed to this model: its tokens"
                                + " cannot spell the byte 0x%02x.".formatted(missing));
            }
            checkSamples(vocabulary);
            ready = new Ready(vocabulary, new Masks(vocabulary));
        }
        return ready;
    }

    private synchronized byte[][] spellings() {
        if (spellings != null) {
            return spellings;
        }
        try {
            spellings = TokenBytes.of(JsonMapper.shared().readTree(Files.readAllBytes(tokenizer)));
            return spellings;
        } catch (IOException e) {
            throw new IllegalStateException("The tokenizer's file has gone", e);
        }
    }

    /// The tokenizer itself must write what we have read; else every mask would be wrong.
    private void checkSamples(Vocabulary vocabulary) {
        int size = vocabulary.size();
        long anchor = vocabulary.anchor();
        var before = decode.apply(new long[] {anchor});
        int step = Math.max(1, size / SAMPLES);
        for (int id = 0; id < size; id += step) {
            var text = new String(vocabulary.bytes(id), StandardCharsets.UTF_8);
            boolean whole = !text.isEmpty() && text.indexOf('\uFFFD') < 0;
            if (whole && !decode.apply(new long[] {anchor, id}).equals(before + text)) {
                throw new FormatRefused(
                        "",
                        "The form of an answer cannot be prescribed to this model: its tokenizer"
                                + " writes token "
                                + id
                                + " otherwise than its file says.");
            }
        }
    }
}
