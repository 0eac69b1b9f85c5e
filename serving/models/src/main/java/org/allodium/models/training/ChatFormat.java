package org.allodium.models.training;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// Turns a conversation into token ids in the ChatML form that the model directory's template
/// writes, with the tokenizer that serving uses, so that training and serving see the same ids.
final class ChatFormat implements AutoCloseable {

    static final String TEMPLATE =
            "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' +"
                    + " message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
                    + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private final HuggingFaceTokenizer tokenizer;

    ChatFormat(Path tokenizerJson) throws IOException {
        tokenizer =
                HuggingFaceTokenizer.newInstance(
                        tokenizerJson,
                        Map.of(
                                "addSpecialTokens", "false",
                                "truncation", "false",
                                "padding", "false"));
    }

    long[] turn(String role, String content) {
        return ids("<|im_start|>" + role + "\n" + content + "<|im_end|>\n");
    }

    long[] opening() {
        return ids("<|im_start|>assistant\n");
    }

    long[] reply(String content) {
        return ids(content + "<|im_end|>\n");
    }

    String text(long[] ids) {
        return tokenizer.decode(ids, true);
    }

    long[] ids(String text) {
        return tokenizer.encode(text).getIds();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
