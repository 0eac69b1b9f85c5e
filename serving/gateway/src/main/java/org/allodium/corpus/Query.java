package org.allodium.corpus;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a conversation asks for: its last question, and what was said before as far as it helps.
/// Of the longest conversation only [#MOST_TEXTS] short texts are looked at.
public final class Query {
    /// So many texts a query has at most.
    public static final int MOST_TEXTS = 8;

    // In characters with their accents apart, of which a token of an encoder is one or more: so
    // every text fits into 256 tokens.
    private static final int LENGTH = 250;
    private static final int FACTS = MOST_TEXTS - 2;

    private static final Pattern OPENING =
            Pattern.compile(
                    "^(?:(?:hi|hello|hey|good (?:morning|day|afternoon|evening)|dear [a-z]+|thanks?"
                            + "|thank you|ok(?:ay)?|please|sorry|excuse me)(?: there| all|"
                            + " everybody)?[ ,.!:;-]+|(?:can|could|would|will) you (?:please )?"
                            + "(?:tell|explain|show)(?: to)?(?: me| us)? "
                            + "|(?:tell|explain|show)(?: to)?(?: me| us) "
                            + "|i(?:'d| would)? (?:like|want|need) to know ){1,4}(?=\\S)",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern POINTING =
            Pattern.compile(
                    "\\b(?:it|its|that|this|these|those|them|they|their|one|ones)\\b",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern GOING_ON =
            Pattern.compile(
                    "^(?:and|but|or|then|also|so|what about|how about|what if|why|why not|how|"
                            + "where|when|who|really)\\b.*",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern CONJUNCTION =
            Pattern.compile("^(?:and|but|or|then|also|so)\\b[ ,]*", Pattern.CASE_INSENSITIVE);
    private static final Pattern ASKS_FACT =
            Pattern.compile(
                    "\\b(?:what|what's|whats|who|who's|where|where's|when|which|how (?:many|much|"
                            + "old|long)|name|tell)\\b",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern OWN =
            Pattern.compile("\\b(?:my|our|mine|i|we|me)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern STATES =
            Pattern.compile(
                    "\\b(?:is|are|am|was|were|i'm|we're|has|have|opens?|closes?|called|costs?|"
                            + "works?|lives?|ends?|begins?|starts?)\\b",
                    Pattern.CASE_INSENSITIVE);
    // What a system message wants, or says of the assistant, is no fact that anybody asks for.
    private static final Pattern ORDER =
            Pattern.compile(
                    "^(?:you|your|answer|be|do|don't|never|always|reply|respond|keep|use|speak|"
                            + "write|please|act|pretend|if|when|only|no|stay|say|give|i|let|make|"
                            + "explain|help|refuse|ignore)\\b.*",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern ONE =
            Pattern.compile(
                    "\\b(?:one|a single|1) (?:short |brief )?sentence\\b|\\bvery (?:short|brief)",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern SHORT =
            Pattern.compile(
                    "\\b(?:brief|briefly|short|concise|concisely|terse|tersely|few words|shortly"
                            + "|succinct|succinctly|two sentences|not more than)\\b",
                    Pattern.CASE_INSENSITIVE);

    private final String question;
    private final Optional<String> completed;
    private final boolean dependent;
    private final List<Fact> facts;
    private final String said;
    private final int sentences;

    private Query(Conversation talk) {
        question = focus(talk.question());
        var topic = topic(talk.earlier());
        dependent = !topic.isEmpty() && dependsOnEarlier(question);
        completed =
                topic.isEmpty() ? Optional.empty() : Optional.of(cut(complete(question, topic)));
        facts = facts(talk, question);
        said = String.join("\n", talk.answers());
        sentences = sentences(talk);
    }

    /// One message of a chat, oldest first.
    /// @param role `system`, `developer`, `user` or `assistant`; others are not heard
    public record Message(String role, String content) {}

    /// What the conversation itself states.
    record Fact(String sentence, boolean user) {}

    public static Query of(List<Message> messages) {
        return new Query(Conversation.of(messages));
    }

    /// The texts whose vectors [CorpusIndex#find] wants, in this order.
    public List<String> texts() {
        var texts = new ArrayList<String>();
        texts.add(question.isEmpty() ? "?" : question);
        completed.ifPresent(texts::add);
        facts.forEach(fact -> texts.add(cut(fact.sentence())));
        return texts;
    }

    String question() {
        return question;
    }

    /// The question with what an earlier one was about.
    Optional<String> completed() {
        return completed;
    }

    /// Whether the question alone does not say what it is about.
    boolean dependent() {
        return dependent;
    }

    List<Fact> facts() {
        return facts;
    }

    boolean said(String text) {
        return !said.isEmpty() && said.contains(text);
    }

    /// How many sentences of a passage are wanted at most.
    int sentences() {
        return sentences;
    }

    /// The question itself, without greeting and without what else a long message tells.
    private static String focus(String text) {
        var flat = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        var bare = OPENING.matcher(flat).replaceFirst("");
        if (bare.length() <= LENGTH) {
            return cut(bare);
        }
        return Sentences.of(bare).reversed().stream()
                .filter(sentence -> sentence.endsWith("?"))
                .findFirst()
                .map(Query::cut)
                .orElseGet(() -> cut(bare));
    }

    private static String cut(String text) {
        var apart =
                Normalizer.normalize(
                        text.substring(0, Math.min(text.length(), LENGTH)), Normalizer.Form.NFD);
        if (apart.length() <= LENGTH) {
            return Normalizer.normalize(apart, Normalizer.Form.NFC);
        }
        // No half of a character that has two.
        var end = Character.isHighSurrogate(apart.charAt(LENGTH - 1)) ? LENGTH - 1 : LENGTH;
        return Normalizer.normalize(apart.substring(0, end), Normalizer.Form.NFC).strip();
    }

    /// What the latest earlier question with words of its own was about.
    private static String topic(List<String> earlier) {
        return earlier.reversed().stream()
                .map(Query::focus)
                .map(Topics::of)
                .filter(topic -> !topic.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static boolean dependsOnEarlier(String question) {
        return POINTING.matcher(question).find()
                || CONJUNCTION.matcher(question).find()
                || GOING_ON.matcher(question).matches() && Words.of(question).size() < 2;
    }

    private static String complete(String question, String topic) {
        var bare = CONJUNCTION.matcher(question).replaceFirst("");
        var pointing = POINTING.matcher(bare);
        if (pointing.find()) {
            return pointing.replaceFirst(
                    Matcher.quoteReplacement(article(pointing.group()) + topic));
        }
        return bare.replaceFirst("[?.!\\s]+$", "") + " (" + topic + ")?";
    }

    /// Without one an encoder takes a grant for a man of that name.
    private static String article(String pointing) {
        return switch (pointing.toLowerCase(Locale.ROOT)) {
            case "one" -> "a ";
            case "it", "this", "that" -> "the ";
            default -> "";
        };
    }

    /// Sentences that have every word that the question is about. What a user said is asked for by
    /// "my" and "our", and "What is my name?" is no question about the product.
    private static List<Fact> facts(Conversation talk, String question) {
        Set<String> wanted = new HashSet<>(Words.of(question));
        if (wanted.isEmpty() || !ASKS_FACT.matcher(question).find()) {
            return List.of();
        }
        var facts = new ArrayList<Fact>();
        talk.systems().forEach(text -> statements(text, false, facts));
        if (OWN.matcher(question).find()) {
            talk.earlier().reversed().forEach(text -> statements(text, true, facts));
        }
        return facts.stream()
                .filter(fact -> Words.of(fact.sentence()).containsAll(wanted))
                .distinct()
                .limit(FACTS)
                .toList();
    }

    private static void statements(String text, boolean user, List<Fact> facts) {
        Sentences.of(text).stream()
                .filter(sentence -> sentence.length() <= LENGTH && !sentence.endsWith("?"))
                .filter(sentence -> STATES.matcher(sentence).find())
                .filter(sentence -> user || !ORDER.matcher(sentence).matches())
                .forEach(sentence -> facts.add(new Fact(sentence, user)));
    }

    private static int sentences(Conversation talk) {
        var wishes = String.join("\n", talk.systems()).toLowerCase(Locale.ROOT);
        if (ONE.matcher(wishes).find()) {
            return 1;
        }
        return SHORT.matcher(wishes).find() ? 2 : Integer.MAX_VALUE;
    }
}
