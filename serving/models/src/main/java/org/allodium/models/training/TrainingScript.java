package org.allodium.models.training;

import java.math.BigDecimal;
import org.allodium.engine.TorchScriptArchive;

/// The decoder as TorchScript: `loss` for training and `next` for asking the model afterwards.
/// Weights come in as one list, in the order of [TrainingWeights]; queries, keys and values are one
/// matrix, and so are gate and up, since fewer and larger products are faster.
final class TrainingScript {

    private TrainingScript() {}

    static String source(GuideShape s) {
        return TorchScriptArchive.CLASS_HEAD + body(s) + loss() + next();
    }

    private static String body(GuideShape s) {
        return """
              def body(self: __torch__.M, ids: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor]) -> Tensor:
                B = torch.size(ids, 0)
                T = torch.size(ids, 1)
                c = torch.slice(cos, 0, 0, T)
                s = torch.slice(sin, 0, 0, T)
                x = torch.embedding(p[0], ids)
                for l in range(LAYERS):
                  j = l*6+1
                  h = torch.rms_norm(x, [HIDDEN], p[j], EPS)
                  qkv = torch.permute(torch.view(torch.linear(h, p[j+1]), [B, T, HEADS3, SIZE]), [0, 2, 1, 3])
                  qk = torch.slice(qkv, 1, 0, HEADS2)
                  a = torch.slice(qk, 3, 0, HALF)
                  b = torch.slice(qk, 3, HALF, SIZE)
                  qk = torch.cat([torch.sub(torch.mul(a, c), torch.mul(b, s)), torch.add(torch.mul(b, c), torch.mul(a, s))], 3)
                  o = torch.scaled_dot_product_attention(torch.slice(qk, 1, 0, HEADS1), torch.slice(qk, 1, HEADS1, HEADS2), torch.slice(qkv, 1, HEADS2, HEADS3), None, 0., True)
                  x = torch.add(x, torch.linear(torch.reshape(torch.permute(o, [0, 2, 1, 3]), [B, T, HIDDEN]), p[j+2]))
                  h = torch.rms_norm(x, [HIDDEN], p[j+3], EPS)
                  gu = torch.linear(h, p[j+4])
                  x = torch.add(x, torch.linear(torch.mul(torch.silu(torch.slice(gu, 2, 0, INNER)), torch.slice(gu, 2, INNER, BOTH)), p[j+5]))
                return torch.rms_norm(x, [HIDDEN], p[LAST], EPS)
            """
                .replace("LAYERS", "" + s.layers())
                .replace("HIDDEN", "" + s.hidden())
                .replace("HEADS3", "" + 3 * s.heads())
                .replace("HEADS2", "" + 2 * s.heads())
                .replace("HEADS1", "" + s.heads())
                .replace("SIZE", "" + s.headSize())
                .replace("HALF", "" + s.headSize() / 2)
                .replace("INNER", "" + s.intermediate())
                .replace("BOTH", "" + 2 * s.intermediate())
                .replace("LAST", "" + (s.layers() * 6 + 1))
                .replace("EPS", "" + BigDecimal.valueOf(s.epsilon()).toPlainString())
                .indent(0);
    }

    private static String loss() {
        return """
              def loss(self: __torch__.M, ids: Tensor, targets: Tensor, weights: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor]) -> Tensor:
                x = (self).body(ids, cos, sin, p)
                keep = torch.squeeze(torch.nonzero(torch.reshape(weights, [-1])), 1)
                x = torch.index_select(torch.reshape(x, [-1, torch.size(x, 2)]), 0, keep)
                t = torch.index_select(torch.reshape(targets, [-1]), 0, keep)
                w = torch.index_select(torch.reshape(weights, [-1]), 0, keep)
                each = torch.cross_entropy_loss(torch.linear(x, p[0]), t, None, 0)
                return torch.div(torch.sum(torch.mul(each, w)), torch.sum(w))
            """;
    }

    private static String next() {
        return """
              def next(self: __torch__.M, ids: Tensor, last: Tensor, cos: Tensor, sin: Tensor, p: List[Tensor]) -> Tensor:
                x = (self).body(ids, cos, sin, p)
                x = torch.index_select(torch.reshape(x, [-1, torch.size(x, 2)]), 0, last)
                return torch.argmax(torch.linear(x, p[0]), 1)
            """;
    }
}
