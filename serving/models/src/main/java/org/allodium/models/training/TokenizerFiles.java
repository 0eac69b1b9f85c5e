package org.allodium.models.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes `tokenizer.json` and `tokenizer_config.json` as they are laid out on a model hub.
final class TokenizerFiles {

    static final List<String> SPECIALS = List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");
    static final int PAD = 0;
    static final int END = 2;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private TokenizerFiles() {}

    static void write(Path directory, BytePairTrainer.Vocabulary vocabulary, int context) {
        JSON.writeValue(directory.resolve("tokenizer.json"), tokenizer(vocabulary));
        JSON.writeValue(directory.resolve("tokenizer_config.json"), config(context));
    }

    private static ObjectNode tokenizer(BytePairTrainer.Vocabulary vocabulary) {
        var root = JSON.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        var added = root.putArray("added_tokens");
        for (int id = 0; id < SPECIALS.size(); id++) {
            var token = added.addObject().put("id", id).put("content", SPECIALS.get(id));
            for (var flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
                token.put(flag, false);
            }
            token.put("special", true);
        }
        root.putNull("normalizer");
        root.set("pre_tokenizer", byteLevel());
        root.putNull("post_processor");
        root.set("decoder", byteLevel());
        var model = root.putObject("model").put("type", "BPE");
        for (var absent :
                List.of(
                        "dropout",
                        "unk_token",
                        "continuing_subword_prefix",
                        "end_of_word_suffix")) {
            model.putNull(absent);
        }
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        model.set("vocab", JSON.valueToTree(vocabulary.tokens()));
        var merges = new ArrayList<List<String>>();
        vocabulary.merges().forEach(pair -> merges.add(List.of(pair.left(), pair.right())));
        model.set("merges", JSON.valueToTree(merges));
        return root;
    }

    private static ObjectNode byteLevel() {
        return JSON.createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    private static Map<String, Object> config(int context) {
        return new TreeMap<>(
                Map.of(
                        "tokenizer_class",
                        "PreTrainedTokenizerFast",
                        "add_bos_token",
                        false,
                        "eos_token",
                        SPECIALS.get(END),
                        "pad_token",
                        SPECIALS.get(PAD),
                        "additional_special_tokens",
                        List.of("<|im_start|>", "<|im_end|>"),
                        "model_max_length",
                        context,
                        "clean_up_tokenization_spaces",
                        false,
                        "chat_template",
                        ChatFormat.TEMPLATE));
    }
}
