package org.allodium.serving.internal.pools;

import java.util.List;
import java.util.Optional;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.SamplingDefaults;
import org.allodium.engine.WrittenChat;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ChatTools;
import org.allodium.serving.ScoredToken;

/// A pool that continues conversations and texts.
public non-sealed interface ChatPool extends ModelPool {
    /// The conversation as the model's own template writes it. Throws a `Refused` with the
    /// template's sentence when it takes no such conversation.
    /// @param variables further variables for the template, as one JSON object
    WrittenChat write(List<ChatCommand.Message> messages, ChatTools tools, String variables);

    /// As the model's tokenizer writes it.
    List<Long> tokens(WrittenChat conversation);

    SamplingDefaults samplingDefaults();

    /// A text to be continued, as the model's tokenizer writes it.
    List<Long> tokens(String text);

    /// The text of token ids.
    String text(List<Long> ids);

    boolean knows(long id);

    /// Throws a `Refused` if answers cannot be held to this form.
    void check(OutputFormat format);

    /// Returns at once; the ear hears the rest, in order, from another thread.
    Running generate(Continuation what, GenerationSink sink);

    /// One answer to compute; the request's maximum of tokens was reserved.
    /// @param tokens whether the sink wants tokens beside their text
    /// @param echo the prompt's text, if the client wants it back
    record Continuation(GenerationRequest request, boolean tokens, Optional<String> echo) {
        public int maxTokens() {
            return request.maxTokens();
        }

        public Optional<Long> seed() {
            return Optional.ofNullable(request.sampling().seed());
        }
    }

    /// A generation under way. Cancelling is idempotent; an end is still heard.
    interface Running {
        void cancel();
    }

    /// Hears a generation: its prompt if its tokens are scored, pieces, then exactly one end.
    interface GenerationSink {
        void prompt(List<ScoredToken> tokens);

        void piece(AnswerPiece piece);

        void end(End why, int completionTokens, int cachedTokens);
    }

    enum End {
        STOP,
        /// The model asked for calls.
        TOOL_CALLS,
        LENGTH,
        CANCELLED,
        FAILED
    }
}
