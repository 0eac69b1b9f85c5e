package org.allodium.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.allodium.catalog.Model;
import org.allodium.engine.Tool;
import org.allodium.engine.ToolCall;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.pools.ModelPool;

/// Refuses what cannot fit a model's context before a template or a tokenizer sees it: a text with
/// more bytes than so many tokens can stand for. It costs a count of bytes, where the tokenizer
/// would take seconds to say the same.
final class Fit {
    /// A template may leave out parts of a conversation, such as what was thought before an earlier
    /// answer; so many bytes for each token of the context are taken all the same.
    private static final int BYTES_OF_CHAT = 64;

    /// What is tokenized for one ranking: the query is read anew with each document.
    private static final long MOST_BYTES_OF_PAIRS = 8L * 1024 * 1024;

    private Fit() {}

    static void check(AnswerCommand command, Model model, ModelPool pool) {
        switch (command) {
            case ChatCommand chat -> {
                int each = Math.max(pool.mostBytesPerToken(), BYTES_OF_CHAT);
                check(bytes(chat), most(model, each), model, "messages");
            }
            case TextCommand text -> check(text.prompts(), "prompt", model, pool);
        }
    }

    static void check(EmbedCommand command, Model model, ModelPool pool) {
        check(command.inputs(), "input", model, pool);
    }

    private static void check(List<TextInput> inputs, String field, Model model, ModelPool pool) {
        long most = most(model, pool.mostBytesPerToken());
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i) instanceof TextInput.Text(var text)) {
                check(bytes(text), most, model, Refusals.param(field, i, inputs.size()));
            }
        }
    }

    static void check(RankCommand command, Model model, ModelPool pool) {
        long most = most(model, pool.mostBytesPerToken());
        long query = bytes(command.query());
        check(query, most, model, "query");
        long all = 0;
        for (int i = 0; i < command.documents().size(); i++) {
            long document = bytes(command.documents().get(i));
            check(query + document, most, model, "documents[" + i + "]");
            all += query + document;
        }
        if (all > MOST_BYTES_OF_PAIRS) {
            throw Refused.invalid("documents", "serving.ranks-at-most-bytes", MOST_BYTES_OF_PAIRS);
        }
    }

    private static long most(Model model, int bytesPerToken) {
        return (long) model.contextLength() * bytesPerToken;
    }

    private static void check(long bytes, long most, Model model, String param) {
        if (bytes > most) {
            throw Refusals.tooMuchText(bytes, most, model.contextLength(), param);
        }
    }

    private static long bytes(ChatCommand chat) {
        long messages =
                chat.messages().stream()
                        .mapToLong(
                                m ->
                                        bytes(m.content())
                                                + m.toolCalls().stream()
                                                        .map(ToolCall::arguments)
                                                        .mapToLong(Fit::bytes)
                                                        .sum())
                        .sum();
        return messages
                + chat.tools().offered().stream().map(Tool::json).mapToLong(Fit::bytes).sum();
    }

    private static long bytes(String text) {
        return text.getBytes(UTF_8).length;
    }
}
