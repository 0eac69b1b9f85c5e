package org.allodium.engine.internal.chat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.Conversation;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Tool;
import org.allodium.engine.ToolCallReader;
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
    private final @Nullable ToolStyle style;
    private final @Nullable Constraints constraints;

    private ModelText(
            @Nullable Tokens tokens,
            @Nullable ChatTemplate template,
            @Nullable ToolStyle style,
            @Nullable Constraints constraints) {
        this.tokens = tokens;
        this.template = template;
        this.style = style;
        this.constraints = constraints;
    }

    /// @param endTokens those with which the model ends an answer
    public static ModelText load(ModelFolder folder, Set<Long> endTokens) {
        var template = ChatTemplateFile.find(folder.dir()).map(ChatTemplate::of).orElse(null);
        var style =
                Optional.ofNullable(template)
                        .filter(t -> t.uses("tools"))
                        .flatMap(t -> ToolStyle.of(t.source()))
                        .orElse(null);
        var file = folder.tokenizer().orElse(null);
        if (file == null) {
            return new ModelText(null, template, style, null);
        }
        var tokens = Tokens.load(file);
        var shape = style == null ? null : style.shape();
        var constraints = new Constraints(file, tokens::decode, endTokens, shape);
        return new ModelText(tokens, template, style, constraints);
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

    /// Text of an answer while it grows. What begins a call is kept, though it be a control token.
    public TextStream answer(OutputFormat format) {
        if (tokens == null) {
            return new TextStream(ids -> "");
        }
        if (format instanceof OutputFormat.ToolCalls && style != null) {
            long[] marker = tokens.encode(style.marker());
            if (marker.length == 1) {
                return new TextStream(ids -> keeping(ids, marker[0], style.marker()));
            }
        }
        return new TextStream(tokens::decodeAnswer);
    }

    private String keeping(long[] ids, long token, String text) {
        var out = new StringBuilder();
        int from = 0;
        for (int i = 0; i <= ids.length; i++) {
            if (i == ids.length || ids[i] == token) {
                out.append(tokens().decodeAnswer(Arrays.copyOfRange(ids, from, i)));
                out.append(i == ids.length ? "" : text);
                from = i + 1;
            }
        }
        return out.toString();
    }

    public String renderChat(List<ChatMessage> messages) {
        return render(new Conversation(messages), UnaryOperator.identity());
    }

    public long[] encodeChat(Conversation conversation) {
        var shield = tokens().shield();
        var prompt = tokens().encode(render(conversation, shield::cover), shield);
        if (!conversation.mustCall() || style == null || !style.markerFirst()) {
            return prompt;
        }
        return LongStream.concat(
                        LongStream.of(prompt), LongStream.of(tokens().encode(style.marker())))
                .toArray();
    }

    private String render(Conversation conversation, UnaryOperator<String> text) {
        if (template == null) {
            throw new IllegalStateException("The model came without a chat template");
        }
        var turns = new Turns(text);
        boolean calls = conversation.messages().stream().anyMatch(Turns::isOfCalls);
        if (calls && style == null) {
            throw new ChatRefused("it has no place for calls of tools and their results");
        }
        return template.render(
                turns.messages(conversation.messages()), turns.tools(conversation.tools()));
    }

    /// Reads the calls out of one answer.
    ///
    /// @throws FormatRefused if the model calls no tools, or in a form that is not known
    public ToolCallReader toolCalls(OutputFormat.ToolCalls format) {
        var known = style();
        var names = format.tools().stream().map(Tool::name).collect(Collectors.toSet());
        return new CallReader(known, names, format.required() && known.markerFirst());
    }

    private ToolStyle style() {
        if (style != null) {
            return style;
        }
        throw new FormatRefused(
                "",
                template == null || !template.uses("tools")
                        ? "The model's chat template does not use tools."
                        : "The form in which the model's chat template calls tools is not known.");
    }

    /// What an answer of this form is held to; null for any text.
    ///
    /// @throws FormatRefused if the form cannot be kept
    public @Nullable Constraint constraint(OutputFormat format) {
        if (format instanceof OutputFormat.Text) {
            return null;
        }
        if (format instanceof OutputFormat.ToolCalls) {
            style();
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
