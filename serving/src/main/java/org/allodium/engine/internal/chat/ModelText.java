package org.allodium.engine.internal.chat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.internal.grammar.Constraint;
import org.allodium.engine.internal.grammar.Constraints;
import org.allodium.engine.internal.model.ChatTemplateFile;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.template.ChatTemplate;
import org.allodium.engine.internal.text.TextStream;
import org.allodium.engine.internal.text.Tokens;
import org.jspecify.annotations.Nullable;

/// A model's tokenizer and chat template, as far as it came with them. Safe for many threads.
public final class ModelText implements AutoCloseable {
    private static final byte[] NO_TEXT = {};

    private final @Nullable Tokens tokens;
    private final @Nullable ChatTemplate template;
    private final @Nullable Constraints constraints;

    private ModelText(
            @Nullable Tokens tokens,
            @Nullable ChatTemplate template,
            @Nullable Constraints constraints) {
        this.tokens = tokens;
        this.template = template;
        this.constraints = constraints;
    }

    /// @param endTokens those with which the model ends an answer
    public static ModelText load(ModelFolder folder, Set<Long> endTokens) {
        var template = ChatTemplateFile.find(folder.dir()).map(ChatTemplate::of).orElse(null);
        var file = folder.tokenizer().orElse(null);
        if (file == null) {
            return new ModelText(null, template, null);
        }
        var tokens = Tokens.load(file);
        return new ModelText(tokens, template, new Constraints(file, tokens::decode, endTokens));
    }

    private Tokens tokens() {
        if (tokens == null) {
            throw new IllegalStateException("The model came without tokenizer.json");
        }
        return tokens;
    }

    public long[] encode(String text) {
        return tokens().encode(text);
    }

    /// With what the tokenizer puts around a text, such as a token for its beginning.
    public long[] encodePrompt(String text) {
        return tokens().encodeForEncoder(text);
    }

    public String decode(long[] ids) {
        return tokens().decode(ids);
    }

    /// The bytes that a token adds to a text; a control token has those of its name.
    public byte[] bytes(long id) {
        var spelled = constraints == null ? NO_TEXT : constraints.spelling(id);
        return spelled.length > 0
                ? spelled
                : decode(new long[] {id}).getBytes(StandardCharsets.UTF_8);
    }

    /// Text of an answer while it grows.
    public TextStream answer() {
        return new TextStream(tokens == null ? ids -> "" : tokens::decodeAnswer);
    }

    public String renderChat(List<ChatMessage> messages) {
        return render(messages, UnaryOperator.identity());
    }

    public long[] encodeChat(List<ChatMessage> messages) {
        var shield = tokens().shield();
        return tokens().encode(render(messages, shield::cover), shield);
    }

    private String render(List<ChatMessage> messages, UnaryOperator<String> text) {
        if (template == null) {
            throw new IllegalStateException("The model came without a chat template");
        }
        var turns = new ArrayList<Map<String, String>>();
        for (var message : messages) {
            var turn = new LinkedHashMap<String, String>();
            turn.put("role", text.apply(message.role()));
            turn.put("content", text.apply(message.content()));
            turns.add(turn);
        }
        return template.render(turns);
    }

    /// What an answer of this form is held to; null for any text.
    ///
    /// @throws FormatRefused if the form cannot be kept
    public @Nullable Constraint constraint(OutputFormat format) {
        if (format instanceof OutputFormat.Text) {
            return null;
        }
        if (constraints == null) {
            throw new FormatRefused(
                    "", "The form of an answer cannot be prescribed to a model without tokenizer.");
        }
        return constraints.start(format).orElse(null);
    }

    @Override
    public void close() {
        if (tokens != null) {
            tokens.close();
        }
    }
}
