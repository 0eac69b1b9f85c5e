package org.allodium.engine.internal.encoder;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.torch.TorchScriptArchive;
import org.allodium.engine.internal.torch.TorchScriptArchive.Attribute;

/// Writes the TorchScript of a BERT encoder for one configuration.
///
/// Weights arrive by `add` in a fixed order (see [TorchEncoder]): `e` the tables of words,
/// positions and types; `w` and `b` linear layers (per layer: query-key-value, attention out, up,
/// down); `n` weights and biases of the norms (of the embeddings, then two per layer).
final class EncoderScript {
    // Sizes stand as @NAME@ and are filled in by source().
    private static final String METHODS =
            """
              e : List[Tensor]
              w : List[Tensor]
              b : List[Tensor]
              n : List[Tensor]
              def add(self: __torch__.M, to: str, ts: List[Tensor], bf16: bool) -> NoneType:
                t = ts[0]
                if torch.gt(torch.len(ts), 1):
                  t = torch.cat(ts, 0)
                if bf16:
                  t = torch.view_copy(t, dtype=15)
                t = torch.clone(torch.to(t, 6))
                if torch.eq(to, "linear"):
                  torch.append(self.w, t)
                elif torch.eq(to, "bias"):
                  torch.append(self.b, t)
                elif torch.eq(to, "norm"):
                  torch.append(self.n, t)
                else:
                  torch.append(self.e, t)
                return None
              def norm(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                return torch.layer_norm(x, [@HIDDEN@], self.n[2*i], self.n[2*i+1], @EPS@)
              def linear(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                return torch.linear(x, self.w[i], self.b[i])
              def hidden(self: __torch__.M, ids: Tensor, mask: Tensor) -> Tensor:
                rows = torch.size(ids, 0)
                width = torch.size(ids, 1)
                x = torch.embedding(self.e[0], ids)
                x = torch.add(x, torch.slice(self.e[1], 0, 0, width))
                x = torch.add(x, torch.select(self.e[2], 0, 0))
                x = self.norm(x, 0)
                m = torch.masked_fill(torch.zeros([rows, 1, 1, width], dtype=6), torch.eq(torch.view(mask, [rows, 1, 1, width]), 0), float("-inf"))
                for l in range(@LAYERS@):
                  qkv = torch.permute(torch.view(self.linear(x, 4*l), [rows, width, 3, @HEADS@, @D@]), [2, 0, 3, 1, 4])
                  h = torch.scaled_dot_product_attention(torch.select(qkv, 0, 0), torch.select(qkv, 0, 1), torch.select(qkv, 0, 2), m, 0., False)
                  h = torch.reshape(torch.permute(h, [0, 2, 1, 3]), [rows, width, @HIDDEN@])
                  x = self.norm(torch.add(x, self.linear(h, 4*l+1)), 2*l+1)
                  h = self.linear(torch.gelu(self.linear(x, 4*l+2)), 4*l+3)
                  x = self.norm(torch.add(x, h), 2*l+2)
                return torch.mul(x, torch.unsqueeze(torch.to(mask, 6), 2))
              def embed(self: __torch__.M, ids: Tensor, mask: Tensor) -> Tensor:
                x = self.hidden(ids, mask)
                x = @POOL@
                length = torch.sqrt(torch.sum(torch.mul(x, x), [1], True))
                return torch.div(x, torch.clamp(length, 1e-12))
            """;

    // Masked rows of x are zero already.
    private static final String MEAN =
            "torch.div(torch.sum(x, [1]), torch.to(torch.sum(mask, [1], True), 6))";
    private static final String FIRST = "torch.select(x, 1, 0)";

    private EncoderScript() {}

    static Map<String, Attribute> attributes() {
        var attributes = new LinkedHashMap<String, Attribute>();
        for (var list : new String[] {"e", "w", "b", "n"}) {
            attributes.put(list, new Attribute.EmptyTensorList());
        }
        return attributes;
    }

    static String source(EncoderSpec spec) {
        var pool =
                switch (spec.pooling()) {
                    case MEAN -> MEAN;
                    case FIRST_TOKEN -> FIRST;
                };
        return TorchScriptArchive.CLASS_HEAD
                + METHODS.replace("@POOL@", pool)
                        .replace("@EPS@", String.format(Locale.ROOT, "%.15f", spec.normEpsilon()))
                        .replace("@LAYERS@", Integer.toString(spec.layers()))
                        .replace("@HEADS@", Integer.toString(spec.heads()))
                        .replace("@D@", Integer.toString(spec.hidden() / spec.heads()))
                        .replace("@HIDDEN@", Integer.toString(spec.hidden()));
    }
}
