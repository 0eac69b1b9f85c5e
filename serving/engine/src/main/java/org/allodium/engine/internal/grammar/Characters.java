package org.allodium.engine.internal.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A set of Unicode characters, never surrogates, as ranges in ascending order.
record Characters(List<Span> spans) {
    record Span(int low, int high) {}

    private static final int LAST = Character.MAX_CODE_POINT;
    private static final String SHORT_ESCAPES = "\"\"\\\\\bb\ff\nn\rr\tt";

    static final Characters ALL = new Characters(List.of(new Span(0, LAST)));

    /// Those that a JSON string may hold as they are.
    static final Characters PLAIN = of(0, 0x1f).with(one('"')).with(one('\\')).complement();

    Characters {
        Effort.spend(spans.size());
        spans = withoutSurrogates(merged(spans));
    }

    static Characters of(int low, int high) {
        return new Characters(List.of(new Span(low, high)));
    }

    static Characters one(int character) {
        return of(character, character);
    }

    static Characters among(String characters) {
        return new Characters(characters.codePoints().mapToObj(c -> new Span(c, c)).toList());
    }

    private static List<Span> merged(List<Span> given) {
        var merged = new ArrayList<Span>();
        for (var span : given.stream().sorted(Comparator.comparingInt(Span::low)).toList()) {
            if (!merged.isEmpty() && span.low() <= merged.getLast().high() + 1) {
                var last = merged.removeLast();
                merged.add(new Span(last.low(), Math.max(last.high(), span.high())));
            } else {
                merged.add(span);
            }
        }
        return merged;
    }

    private static List<Span> withoutSurrogates(List<Span> given) {
        var kept = new ArrayList<Span>();
        for (var span : given) {
            add(kept, span.low(), Math.min(span.high(), Character.MIN_SURROGATE - 1));
            add(kept, Math.max(span.low(), Character.MAX_SURROGATE + 1), span.high());
        }
        return List.copyOf(kept);
    }

    private static void add(List<Span> spans, int low, int high) {
        if (low <= high) {
            spans.add(new Span(low, high));
        }
    }

    boolean isEmpty() {
        return spans.isEmpty();
    }

    Characters with(Characters other) {
        var both = new ArrayList<>(spans);
        both.addAll(other.spans);
        return new Characters(both);
    }

    Characters complement() {
        var rest = new ArrayList<Span>();
        int from = 0;
        for (var span : spans) {
            add(rest, from, span.low() - 1);
            from = span.high() + 1;
        }
        add(rest, from, LAST);
        return new Characters(rest);
    }

    Characters and(Characters other) {
        return complement().with(other.complement()).complement();
    }

    /// One of these characters as it is.
    Regular asText() {
        return new Regular.Either(utf8(spans));
    }

    /// One of these characters as a JSON string holds it, in its shortest spelling.
    Regular inString() {
        var options = new ArrayList<>(utf8(and(PLAIN).spans()));
        for (var span : and(PLAIN.complement()).spans()) {
            for (int c = span.low(); c <= span.high(); c++) {
                options.add(Regular.text(escaped(c)));
            }
        }
        return new Regular.Either(options);
    }

    private static String escaped(int c) {
        for (int i = 0; i < SHORT_ESCAPES.length(); i += 2) {
            if (SHORT_ESCAPES.charAt(i) == c) {
                return "\\" + SHORT_ESCAPES.charAt(i + 1);
            }
        }
        return "\\u%04x".formatted(c);
    }

    /// Ranges with the same first bytes share them: a large class is else read in as many ways.
    private static List<Regular> utf8(List<Span> spans) {
        var sequences = new ArrayList<List<Regular>>();
        for (var span : spans) {
            utf8(span.low(), span.high(), sequences);
        }
        return sharing(sequences, 0);
    }

    /// @param sequences in ascending order, with the same bytes before `at`
    private static List<Regular> sharing(List<List<Regular>> sequences, int at) {
        var options = new ArrayList<Regular>();
        for (int from = 0, to; from < sequences.size(); from = to) {
            var first = sequences.get(from).get(at);
            to = from + 1;
            while (to < sequences.size() && sequences.get(to).get(at).equals(first)) {
                to++;
            }
            Effort.spend(to - from);
            boolean last = at + 1 == sequences.get(from).size();
            options.add(
                    last
                            ? first
                            : Regular.chain(
                                    first,
                                    new Regular.Either(
                                            sharing(sequences.subList(from, to), at + 1))));
        }
        return options;
    }

    /// Cuts a range so that in each part all characters have the same first bytes, or differ from
    /// one byte on in whole blocks.
    private static void utf8(int low, int high, List<List<Regular>> out) {
        for (int last : new int[] {0x7f, 0x7ff, 0xffff}) {
            if (low <= last && high > last) {
                utf8(low, last, out);
                utf8(last + 1, high, out);
                return;
            }
        }
        for (int bits = 6; bits <= 6 * (length(low) - 1); bits += 6) {
            int block = (1 << bits) - 1;
            if ((low & ~block) == (high & ~block)) {
                continue;
            }
            int cut = (low & block) != 0 ? low | block : (high & ~block) - 1;
            if ((low & block) != 0 || (high & block) != block) {
                utf8(low, cut, out);
                utf8(cut + 1, high, out);
                return;
            }
        }
        var bytes = new ArrayList<Regular>();
        for (int i = 0; i < length(low); i++) {
            bytes.add(new Regular.Range(utf8Byte(low, i), utf8Byte(high, i)));
        }
        out.add(bytes);
    }

    private static int length(int character) {
        return character <= 0x7f ? 1 : character <= 0x7ff ? 2 : character <= 0xffff ? 3 : 4;
    }

    private static int utf8Byte(int character, int index) {
        int length = length(character);
        if (length == 1) {
            return character;
        }
        int bits = character >> 6 * (length - 1 - index);
        return index == 0 ? (0xf00 >> length & 0xff) | bits : 0x80 | bits & 0x3f;
    }
}
