package org.allodium.engine.internal.chat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.ChatPrompt;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Tool;
import org.allodium.engine.ToolCallReader;
import org.allodium.engine.WrittenChat;
import org.allodium.engine.internal.grammar.Constraint;
import org.allodium.engine.internal.grammar.Constraints;
import org.allodium.engine.internal.grammar.QuoteConstraint;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.text.DecodeStream;
import org.allodium.engine.internal.text.Tokens;
import org.jspecify.annotations.Nullable;

/// A model's tokenizer and chat template, as far as it came with them. Safe for many threads.
public final class ModelText implements AutoCloseable {
    private static final byte[] NO_TEXT = {};

    private final @Nullable Tokens tokens;
    private final @Nullable ChatTemplates templates;
    private final @Nullable Constraints constraints;

    private ModelText(
            @Nullable Tokens tokens,
            @Nullable ChatTemplates templates,
            @Nullable Constraints constraints) {
        this.tokens = tokens;
        this.templates = templates;
        this.constraints = constraints;
    }

    /// @param endTokens those with which the model ends an answer
    public static ModelText load(ModelFolder folder, Set<Long> endTokens) {
        var templates = ChatTemplates.find(folder.dir()).orElse(null);
        var file = folder.tokenizer().orElse(null);
        if (file == null) {
            return new ModelText(null, templates, null);
        }
        var tokens = Tokens.load(file);
        var style = templates == null ? null : templates.style();
        var shape = style == null ? null : style.shape();
        var constraints = new Constraints(file, tokens::decode, endTokens, shape);
        return new ModelText(tokens, templates, constraints);
    }

    private @Nullable ToolStyle style() {
        return templates == null ? null : templates.style();
    }

    private Tokens tokens() {
        if (tokens == null) {
            throw new IllegalStateException("The model came without tokenizer.json");
        }
        return tokens;
    }

    public int mostBytesPerToken() {
        return tokens().mostBytesPerToken();
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

    public byte[] bytes(long id) {
        var spelled = constraints == null ? NO_TEXT : constraints.spelling(id);
        return spelled.length > 0
                ? spelled
                : decode(new long[] {id}).getBytes(StandardCharsets.UTF_8);
    }

    /// Text of an answer while it grows. What begins a call is kept, though it be a control token.
    public DecodeStream answer(OutputFormat format) {
        if (tokens == null) {
            return new DecodeStream(ids -> "");
        }
        var style = style();
        if (format instanceof OutputFormat.ToolCalls && style != null) {
            var signs = new HashMap<Long, String>();
            for (var sign : style.signs()) {
                long[] ids = tokens.encode(sign);
                if (ids.length == 1) {
                    signs.put(ids[0], sign);
                }
            }
            return new DecodeStream(ids -> keeping(ids, signs));
        }
        return new DecodeStream(tokens::decodeAnswer);
    }

    private String keeping(long[] ids, Map<Long, String> signs) {
        var out = new StringBuilder();
        int from = 0;
        for (int i = 0; i <= ids.length; i++) {
            var sign = i == ids.length ? "" : signs.get(ids[i]);
            if (sign != null) {
                out.append(tokens().decodeAnswer(Arrays.copyOfRange(ids, from, i))).append(sign);
                from = i + 1;
            }
        }
        return out.toString();
    }

    public String renderChat(List<ChatMessage> messages) {
        return render(new ChatPrompt(messages), UnaryOperator.identity());
    }

    public WrittenChat write(ChatPrompt conversation) {
        var shield = tokens().shield();
        var parts = new ArrayList<>(shield.parts(render(conversation, shield::cover)));
        var style = style();
        if (!conversation.demanded().isEmpty() && style != null && style.markerFirst()) {
            parts.add(new WrittenChat.Part(style.beginning(conversation.demanded()), false));
        }
        return new WrittenChat(parts);
    }

    public long[] encode(WrittenChat conversation) {
        return tokens().encode(conversation);
    }

    private String render(ChatPrompt conversation, UnaryOperator<String> text) {
        if (templates == null) {
            throw new IllegalStateException("The model came without a chat template");
        }
        return templates.render(conversation, new Turns(text));
    }

    /// @throws FormatRefused if the model calls no tools, or in a form that is not known
    public ToolCallReader toolCalls(OutputFormat.ToolCalls format) {
        var style = requireStyle();
        var names = format.tools().stream().map(Tool::name).collect(Collectors.toSet());
        boolean begun = format.required() && style.markerFirst();
        return new CallReader(
                style,
                names,
                format.many(),
                format.required(),
                begun ? style.beginning(format.tools()) : "");
    }

    private ToolStyle requireStyle() {
        var style = style();
        if (style != null) {
            return style;
        }
        throw new FormatRefused(
                "", templates == null ? ChatTemplates.NO_TOOLS : templates.refusal());
    }

    /// What an answer of this form is held to; null for any text.
    /// @throws FormatRefused if the form cannot be kept
    public @Nullable Constraint constraint(OutputFormat format) {
        if (format instanceof OutputFormat.Text) {
            return null;
        }
        if (format instanceof OutputFormat.Quote(var text)) {
            return new QuoteConstraint(tokens().encodePlain(text));
        }
        if (format instanceof OutputFormat.ToolCalls) {
            requireStyle();
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
