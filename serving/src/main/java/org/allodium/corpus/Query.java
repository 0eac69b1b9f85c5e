package org.allodium.corpus;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What a conversation asks for: its last question, and what was said before as far as it helps.
/// Of the longest conversation only [#MOST_TEXTS] short texts are looked at.
public final class Query {
    /// So many texts a query has at most.
    public static final int MOST_TEXTS = 8;

    // In characters with their accents apart, of which a token of an encoder is one or more: so
    // every text fits into 256 tokens.
    private static final int LENGTH = 250;
    // Of a message nothing is read beyond this, and of a conversation no older messages.
    private static final int READ = 8_000;
    private static final int MESSAGES = 40;
    private static final int FACTS = MOST_TEXTS - 2;

    private static final Pattern OPENING =
            Pattern.compile(
                    "^(?:(?:hi|hello|hey|good (?:morning|day|afternoon|evening)|dear [a-z]+|thanks?"
                            + "|thank you|ok(?:ay)?|please|sorry|excuse me)(?: there| all|"
                            + " everybody)?[ ,.!:;-]+|(?:can|could|would|will) you (?:please )?"
                            + "(?:tell|explain|show)(?: to)?(?: me| us)? "
                            + "|(?:tell|explain|show)(?: to)?(?: me| us) "
                            + "|i(?:'d| would)? (?:like|want|need) to know )+(?=\\S)",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern POINTING =
            Pattern.compile(
                    "\\b(?:it|its|that|this|these|those|them|they|their|one|ones|there|so)\\b",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern GOING_ON =
            Pattern.compile(
                    "^(?:and|but|or|then|also|so|what about|how about|what if|why|why not|how|"
                            + "where|when|who|really)\\b.*",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern CONJUNCTION =
            Pattern.compile("^(?:and|but|or|then|also|so)\\b[ ,]*", Pattern.CASE_INSENSITIVE);
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
        question = focus(talk.question);
        var topic = topic(talk.earlier);
        dependent = !topic.isEmpty() && dependsOnEarlier(question);
        completed =
                topic.isEmpty() ? Optional.empty() : Optional.of(cut(complete(question, topic)));
        facts = facts(talk, question);
        said = String.join("\n", talk.answers);
        sentences = sentences(talk);
    }

    /// One message of a chat, oldest first.
    ///
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

    /// How much of the question a fact has, from 0 to 1.
    double covered(Fact fact) {
        Set<String> wanted = new HashSet<>(Words.of(question));
        return wanted.isEmpty() ? 0 : (double) shared(fact, wanted) / wanted.size();
    }

    /// Whether the assistant has said this already.
    boolean said(String text) {
        return !said.isEmpty() && said.contains(text);
    }

    /// How many sentences of a passage are wanted at most.
    int sentences() {
        return sentences;
    }

    private static final class Conversation {
        private String question = "";
        private final List<String> earlier = new ArrayList<>();
        private final List<String> answers = new ArrayList<>();
        private final List<String> systems = new ArrayList<>();

        static Conversation of(List<Message> messages) {
            var talk = new Conversation();
            var from = Math.max(0, messages.size() - MESSAGES);
            // A system message stands first, however long the conversation is.
            messages.stream().limit(from).filter(Query::isSystem).limit(1).forEach(talk::hear);
            messages.stream().skip(from).forEach(talk::hear);
            return talk;
        }

        private void hear(Message message) {
            var content = message.content();
            var text = content.substring(0, Math.min(content.length(), READ)).strip();
            switch (message.role()) {
                case "system", "developer" -> systems.add(text);
                case "assistant" -> answers.add(text);
                case "user" -> {
                    if (!question.isEmpty()) {
                        earlier.add(question);
                    }
                    question = text;
                }
                default -> {
                    // Results of tools say nothing about what is asked.
                }
            }
        }
    }

    private static boolean isSystem(Message message) {
        return message.role().equals("system") || message.role().equals("developer");
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
        var apart = Normalizer.normalize(text.substring(0, Math.min(text.length(), READ)), Normalizer.Form.NFD);
        if (apart.length() <= LENGTH) {
            return Normalizer.normalize(apart, Normalizer.Form.NFC);
        }
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
            return pointing.replaceFirst(java.util.regex.Matcher.quoteReplacement(topic));
        }
        return bare.replaceFirst("[?.!\\s]+$", "") + " (" + topic + ")?";
    }

    private static List<Fact> facts(Conversation talk, String question) {
        Set<String> wanted = new HashSet<>(Words.of(question));
        var facts = new ArrayList<Fact>();
        talk.systems.forEach(text -> statements(text, false, facts));
        talk.earlier.reversed().forEach(text -> statements(text, true, facts));
        return facts.stream()
                .filter(fact -> shared(fact, wanted) > 0)
                .sorted(Comparator.comparingLong((Fact fact) -> -shared(fact, wanted)))
                .limit(FACTS)
                .toList();
    }

    private static void statements(String text, boolean user, List<Fact> facts) {
        Sentences.of(text).stream()
                .filter(sentence -> !sentence.endsWith("?"))
                .filter(sentence -> user || !ORDER.matcher(sentence).matches())
                .filter(sentence -> sentence.length() <= LENGTH)
                .forEach(sentence -> facts.add(new Fact(sentence, user)));
    }

    private static long shared(Fact fact, Set<String> wanted) {
        return Words.of(fact.sentence()).stream().distinct().filter(wanted::contains).count();
    }

    private static int sentences(Conversation talk) {
        var wishes = String.join("\n", talk.systems).toLowerCase(Locale.ROOT);
        if (ONE.matcher(wishes).find()) {
            return 1;
        }
        return SHORT.matcher(wishes).find() ? 2 : Integer.MAX_VALUE;
    }
}
