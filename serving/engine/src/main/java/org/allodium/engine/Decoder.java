package org.allodium.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// A loaded copy of a text-generating model. Safe for many threads; computes many requests
/// together, step by step, and lets them in by their [Turn].
public interface Decoder extends LoadedModel {
    SamplingDefaults samplingDefaults();

    /// Token ids of a text as the tokenizer file says, without added special tokens. Special tokens
    /// written in the text become control tokens: for text of users see [#encodeChat].
    long[] encode(String text);

    /// The same of a text to be continued, with what the tokenizer puts before it.
    long[] encodePrompt(String text);

    /// Text of token ids, special tokens included.
    String decode(long[] ids);

    /// What a token adds to a text, perhaps a part of a character; a control token adds its name.
    /// @throws IllegalArgumentException if the model has no such token
    byte[] bytes(long id);

    /// Finds out whether answers can be held to a form, so that [#submit] will not refuse it.
    /// @throws FormatRefused if not
    void check(OutputFormat format);

    /// The prompt text that the model's chat template makes, ready for the assistant's answer.
    /// @throws ChatRefused if the template rejects the conversation
    String renderChat(List<ChatMessage> messages);

    /// Token ids of the rendered conversation. A special token written inside a message is encoded
    /// as the plain characters it consists of, so a user cannot end a turn or open one.
    /// @throws ChatRefused if the template rejects the conversation
    long[] encodeChat(List<ChatMessage> messages);

    /// The same for a conversation with tools. Where the model begins a call with a control token
    /// and must call, that token ends the prompt.
    /// @throws ChatRefused if the template rejects the conversation, or has no place for a part
    default long[] encodeChat(ChatPrompt conversation) {
        return encode(write(conversation));
    }

    /// What [#encodeChat] makes tokens of: a small part of its work.
    /// @throws ChatRefused if the template rejects the conversation, or has no place for a part
    WrittenChat write(ChatPrompt conversation);

    long[] encode(WrittenChat conversation);

    /// Reads the calls out of an answer in this form; for one answer.
    /// @throws FormatRefused if the model's template calls no tools, or in a form that is not known
    ToolCallReader toolCalls(OutputFormat.ToolCalls format);

    /// Queues a request and returns at once.
    /// @throws IllegalArgumentException if prompt and answer fit neither the context nor the memory
    /// for keys and values, or an id is unknown
    /// @throws FormatRefused if the answer cannot be held to the form
    /// @throws IllegalStateException after [#close]
    Generation submit(GenerationRequest request, GenerationListener listener);

    /// Queues a request whose prompt begins with what [#prefill] of another copy of the same model
    /// computed; only the rest of the prompt is computed here.
    /// @throws PagesRefused if the pages are of another model or prompt, or damaged
    /// @throws IOException if they cannot be read
    Generation submit(GenerationRequest request, InputStream prefilled, GenerationListener listener)
            throws IOException;

    /// Computes a prompt and writes all its keys and values, for another copy to go on from.
    /// @throws IllegalArgumentException if the prompt does not fit, or an id is unknown
    void prefill(List<Long> promptTokens, Turn turn, OutputStream to) throws IOException;

    /// Requests that have not begun to be computed, or were preempted.
    int waiting();

    /// Logits at every position, for checks and measurements.
    float[][] logits(long[] ids);

    /// Ends all generations as cancelled, joins their threads, returns native memory.
    @Override
    void close();
}
