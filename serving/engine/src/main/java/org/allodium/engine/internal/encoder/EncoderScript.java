package org.allodium.engine.internal.encoder;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.allodium.engine.TorchScriptArchive;
import org.allodium.engine.TorchScriptArchive.Attribute;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.EncoderSpec.Output;

/// Writes the TorchScript of an encoder for one configuration. All tokens of a batch stand one
/// behind the other without padding, inputs of the same length side by side: `tokens` holds rows of
/// ids, positions and, if the model tells them apart, types; `groups` holds how many inputs of
/// which length follow each other. Only attention looks at the groups. Where only each input's
/// first token counts, the last layer computes that one alone, which `firsts` finds.
///
/// Weights arrive by `add` in a fixed order (see [TorchEncoderKernel]): `e` the tables of words,
/// positions and types; `w` and `b` linear layers (per layer: query-key-value, attention out, up,
/// down); `n` weights and biases of the norms (of the embeddings, then two per layer); `h` a head.
final class EncoderScript {
    // Sizes stand as @NAME@ and are filled in by source().
    private static final String METHODS =
            """
              e : List[Tensor]
              w : List[Tensor]
              b : List[Tensor]
              n : List[Tensor]
              h : List[Tensor]
              s : List[Tensor]
              z : List[Tensor]
            @LINEAR@
              def add(self: __torch__.M, to: str, ts: List[Tensor], bf16: bool) -> NoneType:
                t = ts[0]
                if torch.gt(torch.len(ts), 1):
                  t = torch.cat(ts, 0)
                if bf16:
                  t = torch.view_copy(t, dtype=15)
                if torch.eq(to, "head"):
                  torch.append(self.h, torch.clone(torch.to(t, 6)))
                  return None
                t = torch.to(t, @TYPE@)
                if torch.eq(to, "linear"):
                  self.pack(t)
                elif torch.eq(to, "bias"):
                  torch.append(self.b, torch.clone(t))
                elif torch.eq(to, "norm"):
                  torch.append(self.n, torch.clone(t))
                elif torch.eq(to, "type"):
                  torch.add_(self.e[1], torch.select(t, 0, 0))
                else:
                  torch.append(self.e, torch.clone(t))
                return None
              def norm(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                return torch.layer_norm(x, [@HIDDEN@], self.n[2*i], self.n[2*i+1], @EPS@)
              def attention(self: __torch__.M, qkv: Tensor, rows: int, width: int) -> Tensor:
                parts = torch.permute(torch.view(qkv, [rows, width, 3, @HEADS@, @D@]), [2, 0, 3, 1, 4])
                q = torch.select(parts, 0, 0)
                k = torch.select(parts, 0, 1)
                v = torch.select(parts, 0, 2)
                return torch.reshape(torch.permute(@ATTENTION@, [0, 2, 1, 3]), [rows*width, @HIDDEN@])
              def hidden(self: __torch__.M, tokens: Tensor, groups: List[int], firsts: Tensor, whole: bool) -> Tensor:
                x = torch.add_(torch.embedding(self.e[0], torch.select(tokens, 0, 0)), torch.embedding(self.e[1], torch.select(tokens, 0, 1)))
                @TYPES@
                x = self.norm(x, 0)
                count = torch.floordiv(torch.len(groups), 2)
                for l in range(@LAYERS@):
                  qkv = self.linear(x, 4*l)
                  if torch.eq(count, 1):
                    y = self.attention(qkv, groups[0], groups[1])
                  else:
                    y = torch.new_empty(qkv, [torch.size(qkv, 0), @HIDDEN@])
                    at = 0
                    for g in range(count):
                      to = at + groups[2*g]*groups[2*g+1]
                      torch.copy_(torch.slice(y, 0, at, to), self.attention(torch.slice(qkv, 0, at, to), groups[2*g], groups[2*g+1]))
                      at = to
                  if torch.__and__(torch.eq(l, @LAST@), torch.__not__(whole)):
                    x = torch.index_select(x, 0, firsts)
                    y = torch.index_select(y, 0, firsts)
                  x = self.norm(self.added(y, 4*l+1, x), 2*l+1)
                  x = self.norm(self.added(self.bent(x, 4*l+2), 4*l+3, x), 2*l+2)
                return torch.to(x, 6)
              def run(self: __torch__.M, tokens: Tensor, groups: List[int], firsts: Tensor) -> Tensor:
                x = self.hidden(tokens, groups, firsts, @WHOLE@)
            @OUTPUT@
                return x
            """;

    private static final String MEAN =
            """
                means = annotate(List[Tensor], [])
                at = 0
                for g in range(torch.floordiv(torch.len(groups), 2)):
                  to = at + groups[2*g]*groups[2*g+1]
                  torch.append(means, torch.mean(torch.view(torch.slice(x, 0, at, to), [groups[2*g], groups[2*g+1], @HIDDEN@]), [1], False))
                  at = to
                x = torch.cat(means, 0)
            """;
    private static final String UNIT =
            """
                x = torch.div(x, torch.clamp(torch.sqrt(torch.sum(torch.mul(x, x), [1], True)), 1e-12))
            """;
    private static final String SCORE =
            """
                x = torch.linear(torch.tanh(torch.linear(x, self.h[0], self.h[1])), self.h[2], self.h[3])
            """;
    private static final String SIGMOID =
            """
                x = torch.sigmoid(x)
            """;
    private static final String TYPES =
            "x = torch.add_(x, torch.embedding(self.e[2], torch.select(tokens, 0, 2)))";

    private EncoderScript() {}

    static Map<String, Attribute> attributes() {
        var attributes = new LinkedHashMap<String, Attribute>();
        for (var list : new String[] {"e", "w", "b", "n", "h", "s", "z"}) {
            attributes.put(list, new Attribute.EmptyTensorList());
        }
        return attributes;
    }

    /// Whether types are an input; else all are the first, whose vector lies in the positions'.
    static boolean readsTypes(EncoderSpec spec) {
        return spec.ranks() && spec.tokenTypes() > 1;
    }

    static String source(EncoderSpec spec, LinearLayers linear) {
        return TorchScriptArchive.CLASS_HEAD
                + METHODS.replace("@OUTPUT@", output(spec.output()).stripTrailing())
                        .replace("@LINEAR@", linear.methods().stripTrailing())
                        .replace("@ATTENTION@", linear.attention())
                        .replace("@TYPES@", readsTypes(spec) ? TYPES : "")
                        .replace("@WHOLE@", readsAll(spec.output()) ? "True" : "False")
                        .replace("@TYPE@", Integer.toString(linear.type()))
                        .replace("@EPS@", String.format(Locale.ROOT, "%.15f", spec.normEpsilon()))
                        .replace("@LAST@", Integer.toString(spec.layers() - 1))
                        .replace("@LAYERS@", Integer.toString(spec.layers()))
                        .replace("@HEADS@", Integer.toString(spec.heads()))
                        .replace("@D@", Integer.toString(spec.hidden() / spec.heads()))
                        .replace("@HIDDEN@", Integer.toString(spec.hidden()));
    }

    private static boolean readsAll(Output output) {
        return output instanceof Output.Vector vector
                && vector.pooling() == EncoderSpec.Pooling.MEAN;
    }

    private static String output(Output output) {
        return switch (output) {
            case Output.Vector vector ->
                    (readsAll(output) ? MEAN : "") + (vector.normalised() ? UNIT : "");
            case Output.Score score -> SCORE + (score.sigmoid() ? SIGMOID : "");
        };
    }
}
