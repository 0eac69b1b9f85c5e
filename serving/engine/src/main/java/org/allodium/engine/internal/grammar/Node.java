package org.allodium.engine.internal.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A part of a grammar. Parts are equal only to themselves: a grammar may contain itself.
abstract sealed class Node {
    private boolean finite;

    /// Whether some text of finite length fits, as far as [#settle] has found out.
    boolean finite() {
        return finite;
    }

    /// The parts that must have a finite text so that this one has: all, or of a [Choice] any.
    abstract List<Node> needs();

    abstract List<Node> parts();

    /// Finds out for a whole grammar which parts have a finite text. Each part hears once of every
    /// part that it needs, so that this takes as long as the grammar is large.
    static void settle(Node grammar) {
        var missing = new HashMap<Node, Integer>();
        var neededBy = new HashMap<Node, List<Node>>();
        var waiting = new ArrayDeque<Node>();
        var finite = new ArrayDeque<Node>();
        waiting.add(grammar);
        while (!waiting.isEmpty()) {
            var node = waiting.remove();
            if (missing.containsKey(node)) {
                continue;
            }
            var needs = node.needs();
            Effort.spend(1 + needs.size());
            missing.put(node, node instanceof Choice ? 1 : needs.size());
            needs.forEach(n -> neededBy.computeIfAbsent(n, x -> new ArrayList<>()).add(node));
            waiting.addAll(node.parts());
            if (missing.get(node) == 0) {
                finite.add(node);
            }
        }
        while (!finite.isEmpty()) {
            var node = finite.remove();
            node.finite = true;
            for (var user : neededBy.getOrDefault(node, List.of())) {
                if (missing.merge(user, -1, Integer::sum) == 0) {
                    finite.add(user);
                }
            }
        }
    }

    /// Enters the parts with which the text may go on, each with what comes behind it.
    /// @param state how far this part has come, 0 at its beginning
    /// @param behind what follows this part; null at the end of the text
    abstract void open(int state, @Nullable Frame behind, Opening opening);

    /// A regular part. It is never opened: its bytes are read.
    static final class Leaf extends Node {
        private final Automaton automaton;

        Leaf(Automaton automaton) {
            this.automaton = automaton;
        }

        Automaton automaton() {
            return automaton;
        }

        @Override
        List<Node> needs() {
            return List.of();
        }

        @Override
        List<Node> parts() {
            return List.of();
        }

        @Override
        void open(int state, @Nullable Frame behind, Opening opening) {
            throw new IllegalStateException("A leaf has no parts");
        }
    }

    /// Parts one after another. The state is the index of the part.
    static final class Chain extends Node {
        private final List<Node> parts;

        Chain(List<Node> parts) {
            this.parts = List.copyOf(parts);
        }

        Chain(Node... parts) {
            this(List.of(parts));
        }

        @Override
        List<Node> needs() {
            return parts;
        }

        @Override
        List<Node> parts() {
            return parts;
        }

        @Override
        void open(int state, @Nullable Frame behind, Opening opening) {
            int last = parts.size() - 1;
            opening.enter(
                    parts.get(state), state == last ? behind : new Frame(this, state + 1, behind));
        }
    }

    static final class Choice extends Node {
        private final List<Node> options;

        Choice(List<Node> options) {
            this.options = List.copyOf(options);
        }

        @Override
        List<Node> needs() {
            return options;
        }

        @Override
        List<Node> parts() {
            return options;
        }

        @Override
        void open(int state, @Nullable Frame behind, Opening opening) {
            for (var option : options) {
                if (option.finite()) {
                    opening.enter(option, behind);
                }
            }
        }
    }

    /// A part that is named before it is known, so that a grammar can contain itself.
    static final class Rule extends Node {
        private @Nullable Node body;

        void be(Node known) {
            body = known;
        }

        @Override
        List<Node> needs() {
            return parts();
        }

        @Override
        List<Node> parts() {
            return List.of(body());
        }

        private Node body() {
            if (body == null) {
                throw new IllegalStateException("A rule has no body");
            }
            return body;
        }

        @Override
        void open(int state, @Nullable Frame behind, Opening opening) {
            if (opening.first(this, behind)) {
                opening.enter(body(), behind);
            }
        }
    }

    /// The inside of a list or map behind its opening bracket: elements with commas between them,
    /// and the closing bracket. The state is the number of elements, as far as it matters.
    static final class Elements extends Node {
        private final Node first;
        private final Node further;
        private final Node emptyEnd;
        private final Node end;
        private final int min;
        private final int max;

        /// @param max [Regular#UNLIMITED] for no bound
        Elements(Node element, String closing, int min, int max) {
            this.first = element;
            this.further = new Chain(JsonParts.COMMA, element);
            this.emptyEnd = new Leaf(new Literal(closing));
            this.end = new Chain(JsonParts.SPACE, emptyEnd);
            this.min = min;
            this.max = max;
        }

        @Override
        List<Node> needs() {
            return min == 0 ? List.of() : List.of(first);
        }

        @Override
        List<Node> parts() {
            return List.of(first, further, end);
        }

        @Override
        void open(int state, @Nullable Frame behind, Opening opening) {
            if (first.finite() && (max == Regular.UNLIMITED || state < max)) {
                int count = state + 1;
                int kept = max == Regular.UNLIMITED ? Math.min(count, Math.max(min, 1)) : count;
                opening.enter(state == 0 ? first : further, new Frame(this, kept, behind));
            }
            if (state >= min) {
                opening.enter(state == 0 ? emptyEnd : end, behind);
            }
        }
    }

    /// The inside of an object behind its opening brace: members in their order, those that are not
    /// required left out at will, and the closing brace. The state is twice the number of members
    /// passed, plus one if any was written.
    static final class Members extends Node {
        /// @param first name and value; `further` the same with a comma before it
        record Member(Node first, Node further, Node value, boolean required) {
            Member(String name, Node value, boolean required) {
                this(
                        new Chain(JsonParts.key(name), value),
                        new Chain(JsonParts.COMMA, JsonParts.key(name), value),
                        value,
                        required);
            }
        }

        private final List<Member> members;
        private final Node emptyEnd = new Leaf(new Literal("}"));
        private final Node end = new Chain(JsonParts.SPACE, emptyEnd);

        Members(List<Member> members) {
            this.members = List.copyOf(members);
        }

        @Override
        List<Node> needs() {
            return members.stream().filter(Member::required).map(Member::value).toList();
        }

        @Override
        List<Node> parts() {
            return members.stream().flatMap(m -> Stream.of(m.first(), m.further())).toList();
        }

        @Override
        void open(int state, @Nullable Frame behind, Opening opening) {
            boolean any = state % 2 == 1;
            for (int i = state / 2; i < members.size(); i++) {
                var member = members.get(i);
                if (member.value().finite()) {
                    opening.enter(
                            any ? member.further() : member.first(),
                            new Frame(this, 2 * (i + 1) + 1, behind));
                }
                if (member.required()) {
                    return;
                }
            }
            opening.enter(any ? end : emptyEnd, behind);
        }
    }
}
