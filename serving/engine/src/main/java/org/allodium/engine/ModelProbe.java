package org.allodium.engine;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.text.Tokens;
import tools.jackson.databind.json.JsonMapper;

/// A program that inspects one model directory in a process of its own, whose memory and time are
/// limited from outside: what the directory makes it do ends it alone. It writes one JSON object,
/// either what the model is or `refused` with the reason.
public final class ModelProbe {
    private static final int MOST_GROWTH = 16;
    private static final int SPARE = 256;

    // Letters that grow by the forms of Unicode, and those that published normalizers replace.
    private static final List<String> SAMPLES =
            List.of(
                    "a",
                    " ",
                    "\ufdfa",
                    "\u0130",
                    "\u00e9",
                    "\u4e2d",
                    "``",
                    "\n",
                    "1 ",
                    "\ud83d\ude42");

    private ModelProbe() {}

    public static void main(String[] arguments) {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var json = JsonMapper.shared();
        try {
            var description = ModelDirectories.inspect(Path.of(arguments[0]));
            ModelFolder.read(Path.of(arguments[0])).tokenizer().ifPresent(ModelProbe::tryOut);
            out.println(json.writeValueAsString(description));
        } catch (ModelRefused e) {
            out.println(
                    json.writeValueAsString(
                            json.createObjectNode().put("refused", e.getMessage())));
        }
    }

    /// Reads texts and writes them again, to see that they do not grow where rules do not say so.
    private static void tryOut(Path file) {
        try (var tokens = Tokens.load(file)) {
            for (var sample : SAMPLES) {
                var text = sample.repeat(1_024);
                int bytes = text.getBytes(StandardCharsets.UTF_8).length;
                long[] ids = tokens.encodeForEncoder(text);
                int written = tokens.decode(ids).getBytes(StandardCharsets.UTF_8).length;
                if (Math.max(ids.length, written) > MOST_GROWTH * bytes + SPARE) {
                    throw new ModelRefused(
                            "The file tokenizer.json is refused: it makes a text more than %d times longer."
                                    .formatted(MOST_GROWTH));
                }
            }
        }
    }
}
