package org.allodium.serving.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.allodium.kernel.BoundedBody;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads a body as one JSON object, or says in a sentence what is wrong with it. Never more than
/// one byte beyond the limit is read, nor unpacked: what is packed counts as large as it becomes.
final class RequestBody {
    private static final int DEEPEST = 64;
    private static final JsonMapper STRICT =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEEPEST)
                                                    .build())
                                    .build())
                    .build();

    private RequestBody() {}

    /// What the request says of its size, before anything else is asked of it.
    static void checkAnnounced(Exchange exchange, int limit) {
        var announced = exchange.header("Content-Length");
        if (announced != null
                && announced.matches("\\d{1,18}")
                && Long.parseLong(announced) > limit) {
            throw tooLarge(limit);
        }
    }

    /// `meter` is told of bytes as they arrive, unpacked, and may refuse them.
    static ObjectNode read(Exchange exchange, int limit, IntConsumer meter, Clock clock)
            throws IOException {
        var type = exchange.header("Content-Type");
        if (type != null && !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw Refused.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "serving.body-not-json");
        }
        return parse(text(bytes(exchange, limit, meter, clock)));
    }

    private static byte[] bytes(Exchange exchange, int limit, IntConsumer meter, Clock clock)
            throws IOException {
        checkAnnounced(exchange, limit);
        try (InputStream in = decoded(exchange, new LeftOpen(exchange.body()))) {
            return BoundedBody.read(in, limit, meter, clock).orElseThrow(() -> tooLarge(limit));
        } catch (ZipException | EOFException broken) {
            throw noGzip(broken);
        }
    }

    private static InputStream decoded(Exchange exchange, InputStream body) {
        var encoding = exchange.header("Content-Encoding");
        return switch (encoding == null ? "identity" : encoding.toLowerCase(Locale.ROOT)) {
            case "identity" -> body;
            case "gzip" -> gzip(body);
            default -> throw Refused.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "serving.body-encoded");
        };
    }

    private static InputStream gzip(InputStream in) {
        try {
            return new GZIPInputStream(in);
        } catch (IOException e) {
            throw noGzip(e);
        }
    }

    private static Refused noGzip(IOException cause) {
        return Refused.of(ErrorCode.INVALID_REQUEST, "serving.body-no-gzip").because(cause);
    }

    private static Refused tooLarge(int limit) {
        return Refused.of(ErrorCode.REQUEST_TOO_LARGE, "serving.body-too-large", limit);
    }

    /// What is not UTF-8 becomes something else on the way and back.
    private static String text(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        if (!Arrays.equals(text.getBytes(UTF_8), bytes)) {
            throw Refused.of(ErrorCode.INVALID_REQUEST, "serving.body-no-utf8");
        }
        return text;
    }

    private static ObjectNode parse(String text) {
        if (text.isBlank()) {
            throw Refused.of(ErrorCode.INVALID_REQUEST, "serving.body-empty");
        }
        // All at once: a reader would hand a long text over in thousands of pieces.
        try (var parser = STRICT.createParser(text.toCharArray())) {
            JsonNode node = STRICT.readTree(parser);
            if (parser.nextToken() != null) {
                throw invalid(parser.currentTokenLocation());
            }
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw Refused.of(ErrorCode.INVALID_REQUEST, "serving.body-no-object");
        } catch (StreamConstraintsException e) {
            throw Refused.of(ErrorCode.INVALID_REQUEST, "serving.body-too-deep").because(e);
        } catch (JacksonException e) {
            throw wrong(e).because(e);
        }
    }

    private static Refused wrong(JacksonException e) {
        var message = e.getOriginalMessage();
        var where = e.getLocation();
        if (message == null || !message.startsWith("Duplicate")) {
            return invalid(where);
        }
        return where == null
                ? Refused.of(ErrorCode.INVALID_REQUEST, "serving.body-key-twice")
                : Refused.of(
                        ErrorCode.INVALID_REQUEST,
                        "serving.body-key-twice-at",
                        where.getLineNr(),
                        where.getColumnNr());
    }

    private static Refused invalid(@Nullable TokenStreamLocation where) {
        return where == null
                ? Refused.of(ErrorCode.INVALID_REQUEST, "serving.body-invalid")
                : Refused.of(
                        ErrorCode.INVALID_REQUEST,
                        "serving.body-invalid-at",
                        where.getLineNr(),
                        where.getColumnNr());
    }

    /// The container closes its stream itself; one that has failed would fail anew here, with the
    /// same exception, and hide that the client is gone.
    private static final class LeftOpen extends FilterInputStream {
        LeftOpen(InputStream in) {
            super(in);
        }

        @Override
        public void close() {
            // See above.
        }
    }
}
