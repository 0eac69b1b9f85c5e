package org.allodium.engine.internal.chat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.allodium.engine.ToolCall;
import org.allodium.engine.ToolCallReader;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the calls of one answer in one of the [ToolStyle]s.
final class CallReader implements ToolCallReader {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int OUR_ID_LENGTH = 24;

    /// Mistral's templates take ids of this length only.
    private static final int MISTRAL_ID_LENGTH = 9;

    private static final String MISTRAL_ID = "[A-Za-z0-9]{9}";

    private final ToolStyle style;
    private final Set<String> names;
    private final boolean many;
    private final boolean callsAlone;
    private final StringBuilder held = new StringBuilder();
    private boolean inCall;
    private boolean begun;
    private boolean called;

    /// @param names the tools that may be called
    /// @param many whether there may be more than one call; if not, further ones are left out
    /// @param callsAlone whether all is calls: a part of one that was cut short is no word to show
    /// @param begun what the prompt began the call with; empty if it did not
    CallReader(ToolStyle style, Set<String> names, boolean many, boolean callsAlone, String begun) {
        this.callsAlone = callsAlone;
        this.style = style;
        this.many = many;
        this.names = Set.copyOf(names);
        this.inCall = !begun.isEmpty();
        if (inCall) {
            held.append(begun.substring(style.marker().length()));
        }
    }

    @Override
    public Found push(String text) {
        held.append(text);
        var words = new StringBuilder();
        var calls = new ArrayList<ToolCall>();
        while (step(words, calls)) {
            // As long as something is found.
        }
        return new Found(words.toString(), calls);
    }

    /// Takes the next certain part from what is held; false if nothing is certain.
    private boolean step(StringBuilder words, List<ToolCall> calls) {
        if (inCall) {
            return switch (style) {
                case TAGS -> close(ToolStyle.TAG_END, words, calls);
                case NAMED -> close(style.marker(), words, calls);
                case GRANITE, MISTRAL, BARE -> false;
            };
        }
        if (style == ToolStyle.BARE && !begun) {
            return beginBare();
        }
        int at = held.indexOf(style.marker());
        if (at >= 0) {
            say(held.substring(0, at).stripTrailing(), words);
            held.delete(0, at + style.marker().length());
            inCall = true;
            return true;
        }
        int safe = held.length() - beginning(style.marker());
        // Blanks before a call are the call's.
        while (safe > 0 && Character.isWhitespace(held.charAt(safe - 1))) {
            safe--;
        }
        say(held.substring(0, safe), words);
        held.delete(0, safe);
        return false;
    }

    /// A bare call is told from words by its first character.
    private boolean beginBare() {
        var text = held.toString().stripLeading();
        if (text.isEmpty() || style.marker().startsWith(text)) {
            return false;
        }
        begun = true;
        inCall = text.startsWith("{");
        return true;
    }

    /// @param end what ends a call; another call's beginning does too
    private boolean close(String end, StringBuilder words, List<ToolCall> calls) {
        int at = held.indexOf(end);
        if (at < 0) {
            return false;
        }
        var inside = held.substring(0, at);
        held.delete(0, at + end.length());
        inCall = end.equals(style.marker());
        var found = calls(inside);
        if (found.isEmpty()) {
            say(style == ToolStyle.TAGS ? style.marker() + inside + end : inside, words);
        }
        add(found, calls);
        return true;
    }

    private void add(List<ToolCall> found, List<ToolCall> calls) {
        int room = many ? found.size() : called ? 0 : 1;
        calls.addAll(found.subList(0, Math.min(room, found.size())));
        called |= !found.isEmpty();
    }

    private void say(String text, StringBuilder words) {
        // What separates calls is no word.
        if (!callsAlone && (!called || !text.isBlank())) {
            words.append(text);
        }
    }

    /// How much of the end may begin this text.
    private int beginning(String text) {
        for (int n = Math.min(text.length() - 1, held.length()); n > 0; n--) {
            if (text.startsWith(held.substring(held.length() - n))) {
                return n;
            }
        }
        return 0;
    }

    @Override
    public Found end() {
        var rest = held.toString();
        held.setLength(0);
        var words = new StringBuilder();
        var calls = new ArrayList<ToolCall>();
        var found = inCall ? calls(rest) : List.<ToolCall>of();
        add(found, calls);
        if (found.isEmpty()) {
            boolean tag = inCall && style == ToolStyle.TAGS;
            say(tag ? style.marker() + rest : rest, words);
        }
        return new Found(words.toString(), calls);
    }

    /// All calls of a text, or none if any part of it is none.
    private List<ToolCall> calls(String text) {
        if (style == ToolStyle.NAMED) {
            return named(text).stream().toList();
        }
        JsonNode json;
        try {
            json = JSON.readTree(text.strip());
        } catch (JacksonException e) {
            // Words, then; the caller shows them.
            return List.of();
        }
        var found = new ArrayList<ToolCall>();
        var entries = json.isArray() ? json.valueStream().toList() : List.of(json);
        for (var entry : entries) {
            var call = call(entry);
            if (call.isEmpty()) {
                return List.of();
            }
            found.add(call.get());
        }
        return found;
    }

    /// Name, perhaps an id, arguments.
    private Optional<ToolCall> named(String text) {
        int at = text.indexOf(ToolStyle.BEFORE_ARGUMENTS);
        if (at < 0) {
            return Optional.empty();
        }
        var head = text.substring(0, at);
        int idAt = head.indexOf(ToolStyle.BEFORE_ID);
        var name = (idAt < 0 ? head : head.substring(0, idAt)).strip();
        var id = idAt < 0 ? "" : head.substring(idAt + ToolStyle.BEFORE_ID.length()).strip();
        var arguments = text.substring(at + ToolStyle.BEFORE_ARGUMENTS.length()).strip();
        try {
            var json = JSON.readTree(arguments);
            return names.contains(name) && json.isObject()
                    ? Optional.of(
                            new ToolCall(id.matches(MISTRAL_ID) ? id : id(), name, json.toString()))
                    : Optional.empty();
        } catch (JacksonException e) {
            // Words, then; the caller shows them.
            return Optional.empty();
        }
    }

    private Optional<ToolCall> call(JsonNode json) {
        var name = json.path("name").asString("");
        var arguments = json.path(style.shape().argumentsKey());
        if (!names.contains(name) || !arguments.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new ToolCall(id(), name, arguments.toString()));
    }

    private String id() {
        int length = style.shortIds() ? MISTRAL_ID_LENGTH : OUR_ID_LENGTH;
        var id = new StringBuilder(style.shortIds() ? "" : "call_");
        for (int i = 0; i < length; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
