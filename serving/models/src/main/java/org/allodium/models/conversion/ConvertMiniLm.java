package org.allodium.models.conversion;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Makes the bundled sentence encoder a directory that the engine loads: real weights, from the
/// ONNX file of its Maven artifact, which must be on the class path. `ConvertMiniLm DIRECTORY` is a
/// step of the build, and leaves a directory that it has filled already.
public final class ConvertMiniLm {
    private static final String NAME = "all-minilm-l6-v2";
    private static final String WEIGHTS = "model.safetensors";

    private static final String CONFIG =
            """
            {
              "architectures": ["BertModel"],
              "hidden_act": "gelu",
              "hidden_size": 384,
              "intermediate_size": 1536,
              "layer_norm_eps": 1e-12,
              "max_position_embeddings": 512,
              "model_type": "bert",
              "num_attention_heads": 12,
              "num_hidden_layers": 6,
              "pad_token_id": 0,
              "position_embedding_type": "absolute",
              "type_vocab_size": 2,
              "vocab_size": 30522
            }
            """;
    private static final String TOKENIZER_CONFIG =
            """
            {
              "cls_token": "[CLS]",
              "do_lower_case": true,
              "mask_token": "[MASK]",
              "model_max_length": 512,
              "pad_token": "[PAD]",
              "sep_token": "[SEP]",
              "tokenizer_class": "BertTokenizer",
              "unk_token": "[UNK]"
            }
            """;
    private static final String POOLING =
            """
            {
              "pooling_mode_cls_token": false,
              "pooling_mode_max_tokens": false,
              "pooling_mode_mean_sqrt_len_tokens": false,
              "pooling_mode_mean_tokens": true,
              "word_embedding_dimension": 384
            }
            """;
    // Trained on shorter inputs than it has positions for; its makers cut at this length.
    private static final String SENTENCE =
            """
            {
              "do_lower_case": false,
              "max_seq_length": 256
            }
            """;

    private ConvertMiniLm() {}

    public static void main(String[] arguments) throws IOException {
        var directory = Path.of(arguments[0]);
        // The weights come last, in one move: where they are, all else is.
        if (!Files.exists(directory.resolve(WEIGHTS))) {
            writeTo(directory);
        }
    }

    private static void writeTo(Path dir) throws IOException {
        Files.createDirectories(dir.resolve("1_Pooling"));
        write(dir.resolve("config.json"), CONFIG);
        write(dir.resolve("tokenizer_config.json"), TOKENIZER_CONFIG);
        write(dir.resolve("sentence_bert_config.json"), SENTENCE);
        write(dir.resolve("1_Pooling").resolve("config.json"), POOLING);
        Files.write(dir.resolve("tokenizer.json"), resource(NAME + "-tokenizer.json"));
        var unfinished = dir.resolve(WEIGHTS + ".part");
        SafetensorsWriter.write(
                unfinished, BertWeights.read(ByteBuffer.wrap(resource(NAME + ".onnx"))));
        Files.move(unfinished, dir.resolve(WEIGHTS), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = ConvertMiniLm.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new FileNotFoundException(name + " is not on the class path");
            }
            return in.readAllBytes();
        }
    }
}
