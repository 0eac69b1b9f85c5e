package org.allodium.engine.internal.decoder;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.torch.TorchScriptArchive;
import org.allodium.engine.internal.torch.TorchScriptArchive.Attribute;

/// Writes the TorchScript of a decoder for one configuration.
///
/// Weights arrive by `add` in a fixed order (see [DecoderWeights]) and lie in lists: `e` the
/// embedding table, `w` linear layers (per layer: query-key-value, attention out, gate-up, down;
/// then the head, if untied), `b` their biases, `n` norms (two per layer, then the last).
///
/// `step` computes any mix of segments: row ranges of the input, each a run of positions of one
/// cache slot. A prompt chunk is a long segment, a decoded token one of length 1.
final class DecoderScript {
    static final int LINEARS_PER_LAYER = 4;

    // Sizes stand as @NAME@ and are filled in by source().
    private static final String METHODS =
            """
              w : List[Tensor]
              b : List[Tensor]
              n : List[Tensor]
              e : List[Tensor]
              f : List[Tensor]
              kc : List[Tensor]
              vc : List[Tensor]
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
              def frequencies(self: __torch__.M, t: Tensor) -> NoneType:
                torch.append(self.f, torch.clone(t))
                return None
              def cache(self: __torch__.M, slots: int, positions: int) -> NoneType:
                torch.clear(self.kc)
                torch.clear(self.vc)
                for l in range(@LAYERS@):
                  torch.append(self.kc, torch.zeros([slots, @KV@, positions, @D@], dtype=6))
                  torch.append(self.vc, torch.zeros([slots, @KV@, positions, @D@], dtype=6))
                return None
              def attend(self: __torch__.M, q: Tensor, kc: Tensor, vc: Tensor, segs: List[int], masks: List[Optional[Tensor]]) -> Tensor:
                att = torch.empty([torch.size(q, 0), @KV@, @G@, @D@], dtype=6)
                for g in range(torch.floordiv(torch.len(segs), 4)):
                  slot = segs[4*g]
                  row = segs[4*g+1]
                  n = segs[4*g+2]
                  t = segs[4*g+3]+n
                  part = torch.slice(q, 0, row, row+n)
                  if torch.eq(n, 1):
                    k = torch.slice(torch.slice(kc, 0, slot, slot+1), 2, 0, t)
                    v = torch.slice(torch.slice(vc, 0, slot, slot+1), 2, 0, t)
                    o, lse = torch._scaled_dot_product_flash_attention_for_cpu(part, k, v, 0., False, scale=@SCALE@)
                    torch.copy_(torch.slice(att, 0, row, row+n), o)
                  else:
                    k = torch.expand(torch.unsqueeze(torch.slice(torch.select(kc, 0, slot), 1, 0, t), 1), [@KV@, @G@, t, @D@])
                    v = torch.expand(torch.unsqueeze(torch.slice(torch.select(vc, 0, slot), 1, 0, t), 1), [@KV@, @G@, t, @D@])
                    mask = masks[g]
                    o, lse = torch._scaled_dot_product_flash_attention_for_cpu(torch.permute(part, [1, 2, 0, 3]), k, v, 0., torch.__is__(mask, None), attn_mask=mask, scale=@SCALE@)
                    torch.copy_(torch.slice(att, 0, row, row+n), torch.permute(o, [2, 0, 1, 3]))
                return torch.view(att, [torch.size(q, 0), @QW@])
              def masks(self: __torch__.M, segs: List[int]) -> List[Optional[Tensor]]:
                masks = annotate(List[Optional[Tensor]], [])
                for g in range(torch.floordiv(torch.len(segs), 4)):
                  n = segs[4*g+2]
                  start = segs[4*g+3]
                  if torch.__and__(torch.gt(start, 0), torch.gt(n, 1)):
                    r = torch.unsqueeze(torch.arange(start, start+n), 1)
                    k = torch.unsqueeze(torch.arange(0, start+n), 0)
                    m = torch.masked_fill(torch.zeros([n, start+n], dtype=6), torch.gt(k, r), float("-inf"))
                    masks = torch.append(masks, torch.unsqueeze(torch.unsqueeze(m, 0), 0))
                  else:
                    masks = torch.append(masks, None)
                return masks
              def step(self: __torch__.M, ids: Tensor, pos: Tensor, slot: Tensor, segs: List[int], out: Tensor) -> Tensor:
                rows = torch.size(ids, 0)
                x = torch.embedding(self.e[0], ids)
                angle = torch.unsqueeze(torch.mul(torch.unsqueeze(torch.to(pos, 6), 1), torch.unsqueeze(self.f[0], 0)), 1)
                cos = torch.cos(angle)
                sin = torch.sin(angle)
                masks = self.masks(segs)
                at = annotate(List[Optional[Tensor]], [slot, None, pos])
                for l in range(@LAYERS@):
                  h = torch.rms_norm(x, [@HIDDEN@], self.n[2*l], @EPS@)
                  qkv = torch.view(@QKV@, [rows, @HT@, @D@])
                  qk = torch.slice(qkv, 1, 0, @HQK@)
                  u = torch.slice(qk, 2, 0, @D2@)
                  v = torch.slice(qk, 2, @D2@, @D@)
                  qk = torch.cat([torch.sub(torch.mul(u, cos), torch.mul(v, sin)), torch.add(torch.mul(v, cos), torch.mul(u, sin))], 2)
                  kc = self.kc[l]
                  vc = self.vc[l]
                  torch.index_put_(kc, at, torch.slice(qk, 1, @H@, @HQK@))
                  torch.index_put_(vc, at, torch.slice(qkv, 1, @HQK@, @HT@))
                  h = self.attend(torch.view(torch.slice(qk, 1, 0, @H@), [rows, @KV@, @G@, @D@]), kc, vc, segs, masks)
                  x = torch.add(x, @OUT@)
                  h = torch.rms_norm(x, [@HIDDEN@], self.n[2*l+1], @EPS@)
                  gu = @GATEUP@
                  h = torch.mul(torch.silu(torch.slice(gu, 1, 0, @I@)), torch.slice(gu, 1, @I@, @I2@))
                  x = torch.add(x, @DOWN@)
                x = torch.rms_norm(torch.index_select(x, 0, out), [@HIDDEN@], self.n[@NF@], @EPS@)
                return torch.linear(x, @HEAD@)
            """;

    private DecoderScript() {}

    static Map<String, Attribute> attributes() {
        var attributes = new LinkedHashMap<String, Attribute>();
        for (var list : new String[] {"w", "b", "n", "e", "f", "kc", "vc"}) {
            attributes.put(list, new Attribute.EmptyTensorList());
        }
        return attributes;
    }

    static String source(DecoderSpec spec) {
        int heads = spec.heads();
        int all = heads + 2 * spec.keyValueHeads();
        var fill = new LinkedHashMap<String, Object>();
        fill.put("LAYERS", spec.layers());
        fill.put("HIDDEN", spec.hidden());
        fill.put("H", heads);
        fill.put("KV", spec.keyValueHeads());
        fill.put("G", heads / spec.keyValueHeads());
        fill.put("D", spec.headDimensions());
        fill.put("D2", spec.headDimensions() / 2);
        fill.put("QW", spec.queryWidth());
        fill.put("HT", all);
        fill.put("HQK", heads + spec.keyValueHeads());
        fill.put("I", spec.intermediate());
        fill.put("I2", 2 * spec.intermediate());
        fill.put("NF", 2 * spec.layers());
        fill.put("EPS", String.format(Locale.ROOT, "%.12f", spec.normEpsilon()));
        fill.put("SCALE", Double.toString(1 / Math.sqrt(spec.headDimensions())));
        linears(spec, fill);
        var source = METHODS;
        for (var size : fill.entrySet()) {
            source = source.replace("@" + size.getKey() + "@", String.valueOf(size.getValue()));
        }
        return TorchScriptArchive.CLASS_HEAD + source;
    }

    private static void linears(DecoderSpec spec, Map<String, Object> fill) {
        int biases = 0;
        var names = new String[] {"QKV", "OUT", "GATEUP", "DOWN"};
        int perLayer = 0;
        for (int i = 0; i < names.length; i++) {
            perLayer += hasBias(spec, i) ? 1 : 0;
        }
        for (int i = 0; i < names.length; i++) {
            var bias = "";
            if (hasBias(spec, i)) {
                bias = ", self.b[%d*l+%d]".formatted(perLayer, biases++);
            }
            fill.put(
                    names[i],
                    "torch.linear(h, self.w[%d*l+%d]%s)".formatted(LINEARS_PER_LAYER, i, bias));
        }
        fill.put(
                "HEAD",
                spec.tiedHead()
                        ? "self.e[0]"
                        : "self.w[" + LINEARS_PER_LAYER * spec.layers() + "]");
    }

    private static boolean hasBias(DecoderSpec spec, int linear) {
        return switch (linear) {
            case 0 -> spec.biases().queryKeyValue();
            case 1 -> spec.biases().attentionOut();
            default -> spec.biases().feedForward();
        };
    }
}
