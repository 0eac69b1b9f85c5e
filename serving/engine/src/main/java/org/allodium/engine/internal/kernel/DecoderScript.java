package org.allodium.engine.internal.kernel;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.allodium.engine.TorchScriptArchive;
import org.allodium.engine.TorchScriptArchive.Attribute;
import org.allodium.engine.internal.model.DecoderSpec;

/// Writes the TorchScript of a decoder for one configuration. Weights arrive by `add` in a fixed
/// order (see [DecoderWeights]) and lie in lists: `e` the embedding table, `w` linear layers (per
/// layer: query-key-value, attention out, gate, up, down; then the head), `b` their biases, `n`
/// norms (two per layer, two more where queries and keys are normed; then the last).
///
/// The cache holds `[key-value heads, pages · page tokens, dimensions]` per layer, so pages that
/// follow each other are one slice without a copy.
///
/// `step` computes any mix of segments, six numbers each: first row of the input, rows, position of
/// the first row, first position that is seen, index of the first run, number of runs. A run is a
/// place in the cache and a length. A prompt's piece is a long segment, a decoded token is one row.
final class DecoderScript {
    static final int LINEARS_PER_LAYER = 5;

    // Sizes stand as @NAME@ and are filled in by source().
    private static final String METHODS =
            """
              w : List[Tensor]
              b : List[Tensor]
              n : List[Tensor]
              e : List[Tensor]
              s : List[Tensor]
              z : List[Tensor]
              f : List[Tensor]
              h : List[Tensor]
              kc : List[Tensor]
              vc : List[Tensor]
              def pack(self: __torch__.M, t: Tensor) -> NoneType:
            @PACK@
                return None
            @METHODS@
              def add(self: __torch__.M, to: str, parts: int, ts: List[Tensor], bf16: bool) -> NoneType:
                t = ts[0]
                if torch.gt(torch.len(ts), 1):
                  t = torch.cat(ts, 0)
                if bf16:
                  t = torch.view_copy(t, dtype=15)
                t = torch.to(t, @T@)
                if torch.eq(to, "linear"):
                  size = torch.floordiv(torch.size(t, 0), parts)
                  for i in range(parts):
                    self.pack(torch.slice(t, 0, size*i, size*(i+1)))
                elif torch.eq(to, "bias"):
                  size = torch.floordiv(torch.size(t, 0), parts)
                  for i in range(parts):
                    torch.append(self.b, torch.clone(torch.slice(t, 0, size*i, size*(i+1))))
                elif torch.eq(to, "norm"):
                  torch.append(self.n, torch.clone(t))
                else:
                  torch.append(self.e, torch.clone(t))
                return None
              def frequencies(self: __torch__.M, t: Tensor) -> NoneType:
                torch.append(self.f, torch.clone(t))
                return None
              def cache(self: __torch__.M, positions: int) -> NoneType:
                torch.clear(self.kc)
                torch.clear(self.vc)
                for l in range(@LAYERS@):
                  torch.append(self.kc, torch.zeros([@KV@, positions, @D@], dtype=@T@, device=ops.prim.device(self.e[0])))
                  torch.append(self.vc, torch.zeros([@KV@, positions, @D@], dtype=@T@, device=ops.prim.device(self.e[0])))
                return None
              def read(self: __torch__.M, places: Tensor, pages: int) -> Tensor:
                parts = annotate(List[Tensor], [])
                for l in range(@LAYERS@):
                  parts = torch.append(parts, torch.index_select(self.kc[l], 1, places))
                  parts = torch.append(parts, torch.index_select(self.vc[l], 1, places))
                all = torch.view(torch.stack(parts), [2*@LAYERS@*@KV@, pages, -1])
                return torch.to(torch.view_copy(torch.contiguous(torch.permute(all, [1, 0, 2])), dtype=0), ops.prim.device(torch.zeros([0])))
              def write(self: __torch__.M, places: Tensor, pages: int, content: Tensor) -> NoneType:
                all = torch.view(torch.view_copy(content, dtype=@T@), [pages, 2*@LAYERS@*@KV@, -1])
                all = torch.reshape(torch.permute(all, [1, 0, 2]), [2*@LAYERS@, @KV@, torch.size(places, 0), @D@])
                for l in range(@LAYERS@):
                  torch.index_copy_(self.kc[l], 1, places, torch.select(all, 0, 2*l))
                  torch.index_copy_(self.vc[l], 1, places, torch.select(all, 0, 2*l+1))
                return None
              def gather(self: __torch__.M, c: Tensor, runs: List[int], first: int, count: int) -> Tensor:
                t = torch.slice(c, 1, runs[2*first], runs[2*first]+runs[2*first+1])
                if torch.gt(count, 1):
                  parts = [t]
                  for i in range(1, count):
                    at = runs[2*(first+i)]
                    parts = torch.append(parts, torch.slice(c, 1, at, at+runs[2*(first+i)+1]))
                  t = torch.cat(parts, 1)
                return t
              def attend(self: __torch__.M, q: Tensor, kc: Tensor, vc: Tensor, segs: List[int], runs: List[int], masks: List[Optional[Tensor]]) -> Tensor:
                att = torch.empty_like(q)
                for g in range(torch.floordiv(torch.len(segs), 6)):
                  row = segs[6*g]
                  n = segs[6*g+1]
                  k = self.gather(kc, runs, segs[6*g+4], segs[6*g+5])
                  v = self.gather(vc, runs, segs[6*g+4], segs[6*g+5])
                  part = torch.slice(q, 0, row, row+n)
                  if torch.eq(n, 1):
                    k = torch.unsqueeze(k, 0)
                    v = torch.unsqueeze(v, 0)
                    causal = False
                    mask = annotate(Optional[Tensor], None)
                    o = @ATTENTION@
                    torch.copy_(torch.slice(att, 0, row, row+n), o)
                  else:
                    t = torch.size(k, 1)
                    k = torch.expand(torch.unsqueeze(k, 1), [@KV@, @G@, t, @D@])
                    v = torch.expand(torch.unsqueeze(v, 1), [@KV@, @G@, t, @D@])
                    part = torch.permute(part, [1, 2, 0, 3])
                    mask = masks[g]
                    causal = torch.__is__(mask, None)
                    o = @ATTENTION@
                    torch.copy_(torch.slice(att, 0, row, row+n), torch.permute(o, [2, 0, 1, 3]))
                return torch.view(att, [torch.size(q, 0), @QW@])
              def masks(self: __torch__.M, segs: List[int]) -> List[Optional[Tensor]]:
                masks = annotate(List[Optional[Tensor]], [])
                device = ops.prim.device(self.e[0])
                for g in range(torch.floordiv(torch.len(segs), 6)):
                  n = segs[6*g+1]
                  start = segs[6*g+2]
                  low = segs[6*g+3]
                  if torch.__and__(torch.gt(n, 1), torch.__or__(torch.gt(start, 0), torch.gt(n, @WINDOW@))):
                    r = torch.unsqueeze(torch.arange(start, start+n, device=device), 1)
                    k = torch.unsqueeze(torch.arange(low, start+n, device=device), 0)
                    hidden = torch.logical_or(torch.gt(k, r), torch.le(k, torch.sub(r, @WINDOW@)))
                    m = torch.masked_fill(torch.zeros([n, start+n-low], dtype=@T@, device=device), hidden, float("-inf"))
                    masks = torch.append(masks, torch.unsqueeze(torch.unsqueeze(m, 0), 0))
                  else:
                    masks = torch.append(masks, None)
                return masks
              def head(self: __torch__.M, h: Tensor) -> Tensor:
                return @HEAD@
              def logits(self: __torch__.M, first: int, end: int) -> Tensor:
                return self.head(torch.slice(self.h[0], 0, first, end))
              def forget(self: __torch__.M) -> NoneType:
                torch.clear(self.h)
                return None
              def step(self: __torch__.M, ids: Tensor, pos: Tensor, at: Tensor, segs: List[int], runs: List[int], out: Tensor, likeliest: int, now: int) -> List[Tensor]:
                rows = torch.size(ids, 0)
                x = @EMBED@
                angle = torch.unsqueeze(torch.mul(torch.unsqueeze(torch.to(pos, 6), 1), torch.unsqueeze(self.f[0], 0)), 1)
                cos = torch.cos(angle)
                sin = torch.sin(angle)
                masks = self.masks(segs)
                for l in range(@LAYERS@):
                  h = torch.rms_norm(x, [@HIDDEN@], self.n[@NL@*l], @EPS@)
                  qkv = torch.view(@QKV@, [rows, @HT@, @D@])
                  qk = torch.slice(qkv, 1, 0, @HQK@)
            @ROPE@
                  kc = self.kc[l]
                  vc = self.vc[l]
                  torch.index_copy_(kc, 1, at, torch.permute(torch.slice(qk, 1, @H@, @HQK@), [1, 0, 2]))
                  torch.index_copy_(vc, 1, at, torch.permute(torch.slice(qkv, 1, @HQK@, @HT@), [1, 0, 2]))
                  h = self.attend(torch.view(torch.slice(qk, 1, 0, @H@), [rows, @KV@, @G@, @D@]), kc, vc, segs, runs, masks)
                  x = @OUT@
                  h = torch.rms_norm(x, [@HIDDEN@], self.n[@NL@*l+1], @EPS@)
                  h = torch.mul(torch.silu(@GATE@), @UP@)
                  x = @DOWN@
                results = annotate(List[Tensor], [])
                if torch.gt(torch.size(out, 0), 0):
                  h = torch.rms_norm(torch.index_select(x, 0, out), [@HIDDEN@], self.n[@NF@], @EPS@)
                  torch.append(self.h, h)
                  y = self.head(torch.slice(h, 0, 0, now))
                  results = torch.append(results, torch.argmax(torch.slice(y, 0, 0, likeliest), 1))
                  results = torch.append(results, torch.slice(y, 0, likeliest, now))
                return results
            """;

    private static final String NORM_QUERIES_AND_KEYS =
            """
                  qk = torch.cat([torch.rms_norm(torch.slice(qk, 1, 0, @H@), [@D@], self.n[@NL@*l+2], @EPS@), torch.rms_norm(torch.slice(qk, 1, @H@, @HQK@), [@D@], self.n[@NL@*l+3], @EPS@)], 1)
            """;

    private static final String ROTATE =
            """
                  u = torch.slice(qk, 2, 0, @D2@)
                  v = torch.slice(qk, 2, @D2@, @D@)
                  qk = torch.to(torch.cat([torch.sub(torch.mul(u, cos), torch.mul(v, sin)), torch.add(torch.mul(v, cos), torch.mul(u, sin))], 2), @T@)
            """;

    private DecoderScript() {}

    static Map<String, Attribute> attributes() {
        var attributes = new LinkedHashMap<String, Attribute>();
        for (var list : new String[] {"w", "b", "n", "e", "s", "z", "f", "h", "kc", "vc"}) {
            attributes.put(list, new Attribute.EmptyTensorList());
        }
        return attributes;
    }

    static String source(DecoderSpec spec, LinearScript linear) {
        var fill = new LinkedHashMap<String, Object>();
        fill.put("PACK", linear.pack());
        fill.put("METHODS", linear.methods());
        fill.put("ATTENTION", linear.attention());
        layers(spec, linear, fill);
        // After what is filled in with names of its own.
        sizes(spec, fill);
        fill.put("T", linear.type());
        var source = METHODS;
        for (var size : fill.entrySet()) {
            source = source.replace("@" + size.getKey() + "@", String.valueOf(size.getValue()));
        }
        return TorchScriptArchive.CLASS_HEAD + source;
    }

    private static void layers(DecoderSpec spec, LinearScript linear, Map<String, Object> fill) {
        var multipliers = spec.multipliers();
        var embed = "torch.embedding(self.e[0], ids)";
        fill.put("EMBED", scaled(embed, multipliers.embedding()));
        fill.put("ROPE", rope(spec));
        fill.put("QKV", linear.apply("h", weight(0), bias(spec, 0)));
        fill.put("OUT", added(linear, spec, 1));
        fill.put("GATE", linear.apply("h", weight(2), bias(spec, 2)));
        fill.put("UP", linear.apply("h", weight(3), bias(spec, 3)));
        fill.put("DOWN", added(linear, spec, 4));
        var head = String.valueOf(LINEARS_PER_LAYER * spec.layers());
        fill.put(
                "HEAD",
                scaled(
                        "torch.to(%s, 6)".formatted(linear.apply("h", head, "None")),
                        multipliers.logits()));
    }

    private static String rope(DecoderSpec spec) {
        var norm = spec.normedQueriesAndKeys() ? NORM_QUERIES_AND_KEYS : "";
        if (spec.layersWithoutRope().isEmpty()) {
            return norm + ROTATE;
        }
        var without =
                spec.layersWithoutRope().stream()
                        .sorted()
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "));
        return norm
                + "      if torch.__not__(torch.__contains__([%s], l)):%n".formatted(without)
                + ROTATE.indent(2);
    }

    private static String added(LinearScript linear, DecoderSpec spec, int index) {
        double residual = spec.multipliers().residual();
        return residual == 1
                ? linear.add("x", "h", weight(index), bias(spec, index))
                : "torch.add(x, %s, alpha=%s)"
                        .formatted(linear.apply("h", weight(index), bias(spec, index)), residual);
    }

    private static String scaled(String tensor, double factor) {
        return factor == 1 ? tensor : "torch.mul(%s, %s)".formatted(tensor, factor);
    }

    private static String weight(int index) {
        return "%d*l+%d".formatted(LINEARS_PER_LAYER, index);
    }

    /// The bias of a linear layer as an expression; `None` if it has none.
    private static String bias(DecoderSpec spec, int index) {
        int before = 0;
        int perLayer = 0;
        for (int i = 0; i < LINEARS_PER_LAYER; i++) {
            perLayer += hasBias(spec, i) ? 1 : 0;
            before += i < index && hasBias(spec, i) ? 1 : 0;
        }
        return hasBias(spec, index) ? "self.b[%d*l+%d]".formatted(perLayer, before) : "None";
    }

    private static boolean hasBias(DecoderSpec spec, int linear) {
        return switch (linear) {
            case 0 -> spec.biases().queryKeyValue();
            case 1 -> spec.biases().attentionOut();
            default -> spec.biases().feedForward();
        };
    }

    private static void sizes(DecoderSpec spec, Map<String, Object> fill) {
        int heads = spec.heads();
        int norms = spec.normedQueriesAndKeys() ? 4 : 2;
        fill.put("LAYERS", spec.layers());
        fill.put("HIDDEN", spec.hidden());
        fill.put("H", heads);
        fill.put("KV", spec.keyValueHeads());
        fill.put("G", heads / spec.keyValueHeads());
        fill.put("D", spec.headDimensions());
        fill.put("D2", spec.headDimensions() / 2);
        fill.put("QW", spec.queryWidth());
        fill.put("HT", heads + 2 * spec.keyValueHeads());
        fill.put("HQK", heads + spec.keyValueHeads());
        fill.put("NL", norms);
        fill.put("NF", norms * spec.layers());
        fill.put("WINDOW", spec.window());
        fill.put("EPS", String.format(Locale.ROOT, "%.12f", spec.normEpsilon()));
        fill.put("SCALE", String.format(Locale.ROOT, "%.17f", spec.multipliers().attention()));
    }
}
