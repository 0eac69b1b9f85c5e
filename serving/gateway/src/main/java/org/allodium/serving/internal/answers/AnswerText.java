package org.allodium.serving.internal.answers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.allodium.serving.internal.answers.AnswerCache.Answer;
import org.allodium.serving.internal.answers.AnswerCache.Spoken;

/// A kept answer as bytes: read for each repetition, so without names. Texts are UTF-8 behind their
/// length in bytes, lists stand behind their length; all lengths are of four bytes.
final class AnswerText {
    private AnswerText() {}

    static byte[] write(Answer answer) {
        var bytes = new ByteArrayOutputStream(512);
        try (var out = new DataOutputStream(bytes)) {
            text(out, answer.receipt());
            text(out, answer.pool());
            out.writeLong(answer.inputTokens());
            out.writeLong(answer.completionTokens());
            out.writeInt(answer.choices().size());
            for (var choice : answer.choices()) {
                out.writeInt(choice.pieces().size());
                for (var piece : choice.pieces()) {
                    text(out, piece);
                }
                text(out, choice.finishReason());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// @throws UncheckedIOException for bytes that are no answer
    static Answer read(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return new Answer(
                    text(in), text(in), in.readLong(), in.readLong(), choices(in, length(in)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Spoken> choices(DataInputStream in, int many) throws IOException {
        var choices = new ArrayList<Spoken>(many);
        for (int n = 0; n < many; n++) {
            choices.add(new Spoken(pieces(in, length(in)), text(in)));
        }
        return choices;
    }

    private static List<String> pieces(DataInputStream in, int many) throws IOException {
        var pieces = new ArrayList<String>(many);
        for (int n = 0; n < many; n++) {
            pieces.add(text(in));
        }
        return pieces;
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(length(in)), StandardCharsets.UTF_8);
    }

    /// No more than what is left: each piece of a list takes a byte at least.
    private static int length(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new StreamCorruptedException("A length of " + length);
        }
        return length;
    }
}
