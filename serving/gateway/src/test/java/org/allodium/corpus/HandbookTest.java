package org.allodium.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.kernel.ErrorCode;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Test;

/// The handbook can be quoted passage by passage, leads nowhere that is not there, and names what
/// the product has.
class HandbookTest {
    private static final Path ROOT = Path.of("../..");
    private static final Path FILES = ROOT.resolve("docs/handbook");
    private static final Pattern LINK = Pattern.compile("href=\"([^\"]*)\"");
    private static final Pattern COMMAND =
            Pattern.compile("\\./allodium ([a-z][a-z-]*)( [a-z-]+)?");
    private static final Pattern OPTION = Pattern.compile("\\./allodium [^`.;\\n]*?(--[a-z]+)");
    private static final Pattern VARIABLE = Pattern.compile("ALLODIUM_[A-Z_]+");
    private static final Pattern ENDPOINT = Pattern.compile("/v1(/[a-z{}/]+)");
    private static final Pattern ROUTE = Pattern.compile("new Route\\(\"[A-Z]+\", \"([^\"]+)\"");
    private static final Pattern USAGE = Pattern.compile("(?m)^  ([a-z][a-z-]*)((?: [a-z-]+)?)");
    private static final Pattern SENTENCE = Pattern.compile("[.!?:](?=\\s|$)");

    private final Handbook handbook = Handbook.read();

    @Test
    void theTableOfContentsNamesEveryFile() throws IOException {
        try (var files = Files.list(FILES)) {
            var names =
                    files.map(file -> file.getFileName().toString().replace(".md", ""))
                            .filter(name -> !name.equals("README"))
                            .toList();
            assertThat(handbook.pages())
                    .extracting(Handbook.Page::name)
                    .containsExactlyInAnyOrderElementsOf(names);
        }
        assertThat(handbook.pages())
                .allSatisfy(
                        page -> {
                            assertThat(page.title()).isNotBlank();
                            assertThat(page.lead()).isNotBlank();
                            assertThat(page.passages()).hasSizeGreaterThan(4);
                        });
    }

    @Test
    void everyPassageIsShortEnoughToBeQuoted() {
        assertThat(passages())
                .allSatisfy(
                        passage ->
                                assertThat(sentences(passage))
                                        .as(passage.heading())
                                        .isBetween(1L, 5L));
    }

    @Test
    void everyPassageHasItsOwnAddress() {
        for (var page : handbook.pages()) {
            assertThat(page.passages())
                    .extracting(Handbook.Passage::anchor)
                    .doesNotHaveDuplicates()
                    .allMatch(anchor -> anchor.matches("[a-z0-9_][a-z0-9_-]*"));
        }
        assertThat(passages()).extracting(Handbook.Passage::heading).doesNotHaveDuplicates();
    }

    @Test
    void everyLinkLeadsToAPassage() {
        var addresses =
                handbook.pages().stream()
                        .flatMap(
                                page ->
                                        Stream.concat(
                                                Stream.of(page.address()),
                                                page.passages().stream().map(page::address)))
                        .map(address -> "/" + address)
                        .toList();
        assertThat(addresses).contains("/handbook/keys#i-lost-my-key-how-do-i-get-it-back");
        for (var passage : passages()) {
            assertThat(found(LINK, passage.html())).as(passage.heading()).isSubsetOf(addresses);
        }
        assertThat(Handbook.page("a", "# A\n\n## B\n\n[x](keys.md#c) [y](#b)").passages())
                .singleElement()
                .satisfies(
                        passage ->
                                assertThat(found(LINK, passage.html()))
                                        .containsExactlyInAnyOrder(
                                                "/handbook/keys#c", "/handbook/a#b"));
    }

    @Test
    void filesBringNoMarkupOfTheirOwn() throws IOException {
        var raw = new ArrayList<String>();
        for (var text : texts()) {
            Parser.builder()
                    .build()
                    .parse(text)
                    .accept(
                            new AbstractVisitor() {
                                @Override
                                public void visit(HtmlBlock block) {
                                    raw.add(block.getLiteral());
                                }

                                @Override
                                public void visit(HtmlInline inline) {
                                    raw.add(inline.getLiteral());
                                }
                            });
        }
        assertThat(raw)
                .hasSizeGreaterThan(200)
                .allMatch(markup -> markup.startsWith(Handbook.ASKED) && markup.endsWith("-->"));
        assertThat(passages())
                .allSatisfy(
                        passage ->
                                assertThat(passage.html() + passage.text())
                                        .doesNotContain("asked:", "<!--", "&lt;!--"));
        var hostile = "# A\n\n## B\n\n[z](javascript:x) <b>y</b>\n\n<script>x</script>\n\n<p>q</p>";
        assertThat(Handbook.page("a", hostile).passages().getFirst().html())
                .doesNotContain("<script", "<b>", "<p>q", "javascript:")
                .contains("&lt;b&gt;");
    }

    @Test
    void otherWordingsStandInACommentThatNobodyIsShown() {
        var page = "# A\n\n## B\n\n<!-- asked: lost *key*;  see it\nagain; -->\n\nUse `x` *now*.";
        assertThat(Handbook.page("a", page).passages())
                .singleElement()
                .satisfies(
                        passage -> {
                            assertThat(passage.asked())
                                    .containsExactly("lost *key*", "see it again");
                            assertThat(passage.html().strip())
                                    .isEqualTo("<p>Use <code>x</code> <em>now</em>.</p>");
                            assertThat(passage.text()).isEqualTo("Use `x` now.");
                        });
        assertThat(Handbook.page("a", "# A\n\n## B\n\n<!-- todo -->\n\nC.").passages())
                .singleElement()
                .satisfies(passage -> assertThat(passage.html()).contains("&lt;!-- todo"));
    }

    @Test
    void codeInALeadIsMarkedUp() {
        assertThat(Handbook.page("a", "# A\n\nRun `x`, <b>*now*</b>.\n\n## B\n\nC.").lead())
                .isEqualTo("Run <code>x</code>, &lt;b&gt;<em>now</em>&lt;/b&gt;.");
    }

    @Test
    void aWordingLeadsToOnePassage() {
        var wordings = new ArrayList<String>();
        for (var passage : passages()) {
            wordings.add(passage.heading().toLowerCase(Locale.ROOT));
            passage.asked().forEach(asked -> wordings.add(asked.toLowerCase(Locale.ROOT)));
        }
        Corpus.handbook().elsewhere().forEach(line -> wordings.add(line.toLowerCase(Locale.ROOT)));
        assertThat(wordings).doesNotHaveDuplicates();
    }

    @Test
    void namesCommandsThatTheLauncherKnows() throws IOException {
        var script = Files.readString(ROOT.resolve("allodium"));
        var usage = script.substring(script.indexOf("Usage: ./allodium"));
        var known = new TreeSet<>(Set.of("help"));
        USAGE.matcher(usage)
                .results()
                .forEach(
                        command -> {
                            known.add(command.group(1));
                            known.add(command.group(1) + command.group(2));
                        });
        assertThat(known).contains("up", "keys rotate", "model import", "verify-receipt");
        for (var text : texts()) {
            for (var command : all(COMMAND, text)) {
                var two =
                        command.group(2) != null
                                && List.of("keys", "model").contains(command.group(1));
                assertThat(known)
                        .contains(two ? command.group(1) + command.group(2) : command.group(1));
            }
            assertThat(found(OPTION, text))
                    .allSatisfy(option -> assertThat(usage).contains(option));
        }
    }

    @Test
    void namesVariablesThatExist() throws IOException {
        var known = new StringBuilder(Files.readString(ROOT.resolve("docs/configuration.md")));
        known.append(Files.readString(ROOT.resolve("allodium")));
        try (var sources = Files.walk(ROOT.resolve("portal-ui/src/main/java"))) {
            for (var source : sources.filter(Files::isRegularFile).toList()) {
                known.append(Files.readString(source));
            }
        }
        var named = new TreeSet<String>();
        for (var text : texts()) {
            VARIABLE.matcher(text).results().map(MatchResult::group).forEach(named::add);
        }
        assertThat(named).hasSizeGreaterThan(8);
        assertThat(named).allSatisfy(name -> assertThat(known.toString()).contains(name));
    }

    @Test
    void namesPathsThatTheApiHas() throws IOException {
        var table =
                ROOT.resolve("serving/gateway/src/main/java/org/allodium/serving/rest/Routes.java");
        var routes = found(ROUTE, Files.readString(table));
        assertThat(routes).contains("/chat/completions");
        for (var text : texts()) {
            assertThat(found(ENDPOINT, text.replace("{id}", "{}"))).isSubsetOf(routes);
        }
    }

    @Test
    void explainsEveryErrorThatClientsSee() {
        var headings =
                handbook.page("errors").orElseThrow().passages().stream()
                        .map(Handbook.Passage::heading)
                        .toList();
        assertThat(headings)
                .containsAll(
                        Arrays.stream(ErrorCode.values())
                                .map(code -> code.httpStatus() + " " + code.wireCode())
                                .toList());
    }

    @Test
    void findsHeadingsByTheirWords() {
        var lost = passages().stream().filter(passage -> passage.has("Lost KEY")).toList();
        assertThat(lost)
                .extracting(Handbook.Passage::heading)
                .contains("I lost my key. How do I get it back?");
        assertThat(passages()).allMatch(passage -> passage.has(" "));
    }

    @Test
    void knowsItsPagesAndNoOthers() {
        assertThat(Handbook.knows("handbook/keys")).isTrue();
        assertThat(Handbook.knows("handbook")).isTrue();
        assertThat(Handbook.knows("o/lab/keys")).isTrue();
        assertThat(Handbook.knows("handbook/nothing")).isFalse();
        assertThat(Handbook.knows("handbook/README")).isFalse();
    }

    private List<Handbook.Passage> passages() {
        return handbook.pages().stream().flatMap(page -> page.passages().stream()).toList();
    }

    /// Of the words; examples of code are none.
    private static long sentences(Handbook.Passage passage) {
        var words =
                passage.html()
                        .replaceAll("(?s)<pre[ >].*?</pre>", "")
                        .replaceAll("(?s)<code>.*?</code>", "code")
                        .replaceAll("<[^>]*>", "")
                        .strip();
        return SENTENCE.matcher(words).results().filter(end -> !end.group().equals(":")).count()
                + (words.endsWith(":") ? 1 : 0);
    }

    private static List<String> texts() throws IOException {
        try (var files = Files.list(FILES)) {
            var texts = new ArrayList<String>();
            for (var file : files.toList()) {
                texts.add(Files.readString(file));
            }
            return texts;
        }
    }

    private static List<MatchResult> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    private static Set<String> found(Pattern pattern, String text) {
        return all(pattern, text).stream()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
