package org.allodium.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.engine.WrittenChat;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.pools.ChatPool;

/// The prompts of a request as tokens, each with the most that its answers may have.
record Prompts(List<Prompt> all) {
    private static final int DEFAULT_OF_TEXT = 16;
    private static final long MOST_TOKENS = 1_000_000;

    Prompts {
        all = List.copyOf(all);
    }

    /// @param echo the prompt's text, if the client wants it back
    record Prompt(List<Long> tokens, int maxTokens, Optional<String> echo) {
        Prompt {
            tokens = List.copyOf(tokens);
        }
    }

    long inputTokens() {
        return all.stream().mapToLong(p -> p.tokens().size()).sum();
    }

    long maxTokens() {
        return all.stream().mapToLong(Prompt::maxTokens).sum();
    }

    static Prompts of(ChatCommand chat, WrittenChat written, Model model, ChatPool pool, int most) {
        var prompt = pool.tokens(written);
        int maxTokens = maxTokens(chat, model, prompt, "messages", most);
        return new Prompts(List.of(new Prompt(prompt, maxTokens, Optional.empty())));
    }

    static Prompts of(TextCommand command, Model model, ChatPool pool) {
        var prompts = new ArrayList<Prompt>();
        long tokens = 0;
        for (int i = 0; i < command.prompts().size(); i++) {
            var param = Refusals.param("prompt", i, command.prompts().size());
            var given = command.prompts().get(i);
            var prompt =
                    switch (given) {
                        case TextInput.Text(var text) -> pool.tokens(text);
                        case TextInput.Tokens ids -> ids.known(pool::knows, param);
                    };
            if (prompt.isEmpty()) {
                throw Refused.invalid(param, "serving.no-token", param);
            }
            var echo =
                    command.echo()
                            ? Optional.of(
                                    switch (given) {
                                        case TextInput.Text(var text) -> text;
                                        case TextInput.Tokens(var ids) -> pool.text(ids);
                                    })
                            : Optional.<String>empty();
            prompts.add(
                    new Prompt(
                            prompt,
                            maxTokens(command, model, prompt, param, DEFAULT_OF_TEXT),
                            echo));
            tokens += prompt.size();
            if (tokens > MOST_TOKENS) {
                throw Refused.invalid("prompt", "serving.continues-at-most", MOST_TOKENS);
            }
        }
        return new Prompts(prompts);
    }

    private static int maxTokens(
            AnswerCommand command, Model model, List<Long> prompt, String param, int otherwise) {
        int room = model.contextLength() - prompt.size();
        var asked = command.options().maxTokens();
        int wanted =
                asked.map(SamplingOptions.MostTokens::tokens)
                        .orElse(Math.min(Math.max(room, 1), otherwise));
        if (wanted > room) {
            // What to change: the prompt where it leaves no room at all, else the wish.
            var cause = room < 1 || asked.isEmpty() ? param : asked.get().param();
            throw Refusals.contextExceeded(prompt.size(), wanted, model.contextLength(), cause);
        }
        return wanted;
    }
}
