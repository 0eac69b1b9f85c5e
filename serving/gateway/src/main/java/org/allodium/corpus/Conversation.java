package org.allodium.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Who said what, as far as it is read at all.
/// @param question the user's last message
record Conversation(
        String question, List<String> earlier, List<String> answers, List<String> systems) {
    // Of a message nothing is read beyond this, and of a conversation no older messages.
    private static final int READ = 8_000;
    private static final int MESSAGES = 40;

    Conversation {
        earlier = List.copyOf(earlier);
        answers = List.copyOf(answers);
        systems = List.copyOf(systems);
    }

    static Conversation of(List<Query.Message> messages) {
        var from = Math.max(0, messages.size() - MESSAGES);
        // A system message stands first, however long the conversation is.
        var first =
                messages.stream().limit(from).filter(message -> isSystem(message.role())).limit(1);
        var heard = Stream.concat(first, messages.stream().skip(from)).toList();
        var asked = said(heard, "user");
        var systems = new ArrayList<String>();
        heard.stream()
                .filter(message -> isSystem(message.role()))
                .forEach(message -> systems.add(read(message)));
        return new Conversation(
                asked.isEmpty() ? "" : asked.getLast(),
                asked.subList(0, Math.max(0, asked.size() - 1)),
                said(heard, "assistant"),
                systems);
    }

    private static boolean isSystem(String role) {
        return role.equals("system") || role.equals("developer");
    }

    private static List<String> said(List<Query.Message> messages, String role) {
        return messages.stream()
                .filter(message -> message.role().equals(role))
                .map(Conversation::read)
                .toList();
    }

    private static String read(Query.Message message) {
        var content = message.content();
        return content.substring(0, Math.min(content.length(), READ)).strip();
    }
}
