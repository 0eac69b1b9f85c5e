package org.allodium.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/// The handbook of `docs/handbook`, packed into the application: short passages, each under a
/// heading of its own and complete by itself, so that one can be an answer. See decision 0140.
public record Handbook(List<Page> pages) {
    private static final String ADDRESS = "handbook/";
    private static final String FILES = "/org/allodium/corpus/handbook/";
    private static final String CONTENTS = "README";
    static final String ASKED = "<!-- asked:";

    private static final Parser PARSER = Parser.builder().build();
    // Whatever the files say: no markup of their own, and no addresses that run something.
    private static final HtmlRenderer HTML =
            HtmlRenderer.builder()
                    .escapeHtml(true)
                    .sanitizeUrls(true)
                    .attributeProviderFactory(
                            context ->
                                    (node, tag, attributes) -> {
                                        // The browser finds a passage by itself.
                                        if (node instanceof Link) {
                                            attributes.put("router-ignore", "");
                                        }
                                        // Else the keyboard could not scroll what is too wide.
                                        if (tag.equals("pre")) {
                                            attributes.put("tabindex", "0");
                                        }
                                    })
                    .build();

    public Handbook {
        pages = List.copyOf(pages);
    }

    /// @param lead what stands before the first passage, as what may be shown within a paragraph
    public record Page(String name, String title, String lead, List<Passage> passages) {
        public Page {
            passages = List.copyOf(passages);
        }

        public String address() {
            return ADDRESS + name;
        }

        public String address(Passage passage) {
            return address() + "#" + passage.anchor();
        }
    }

    /// @param html what may be shown as it is
    /// @param text the same without markup, but for code
    /// @param asked other wordings of the heading, which nobody is shown
    public record Passage(
            String anchor, String heading, String html, String text, List<String> asked) {
        public Passage {
            asked = List.copyOf(asked);
        }

        /// Whether the heading has all of these words, or beginnings of words.
        public boolean has(String words) {
            var title = heading.toLowerCase(Locale.ROOT);
            return List.of(words.toLowerCase(Locale.ROOT).strip().split("\\s+")).stream()
                    .allMatch(title::contains);
        }
    }

    /// Read once; its files are part of the application.
    public static Handbook read() {
        return Held.HANDBOOK;
    }

    List<org.allodium.corpus.Passage> quotable() {
        return pages.stream()
                .flatMap(page -> page.passages().stream().map(passage -> quotable(page, passage)))
                .toList();
    }

    private static org.allodium.corpus.Passage quotable(Page page, Passage passage) {
        return new org.allodium.corpus.Passage(
                "/" + page.address(passage), passage.heading(), passage.text(), passage.asked());
    }

    public Optional<Page> page(String name) {
        return pages.stream().filter(page -> page.name().equals(name)).findFirst();
    }

    /// False for an address below the handbook's where it has no page.
    public static boolean knows(String path) {
        return !path.startsWith(ADDRESS)
                || read().page(path.substring(ADDRESS.length())).isPresent();
    }

    /// The table of contents names the pages, in their order.
    private static Handbook parsed() {
        var pages = new ArrayList<Page>();
        PARSER.parse(file(CONTENTS))
                .accept(
                        new AbstractVisitor() {
                            @Override
                            public void visit(Link link) {
                                var name = link.getDestination().replaceAll("\\.md$", "");
                                pages.add(page(name, file(name)));
                            }
                        });
        return new Handbook(pages);
    }

    private static String file(String name) {
        try (var file = Handbook.class.getResourceAsStream(FILES + name + ".md")) {
            var bytes = Objects.requireNonNull(file, () -> "The handbook has no page " + name);
            return new String(bytes.readAllBytes(), UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Page page(String name, String markdown) {
        var document = PARSER.parse(markdown);
        document.accept(
                new AbstractVisitor() {
                    @Override
                    public void visit(Link link) {
                        link.setDestination(address(name, link.getDestination()));
                    }
                });
        var title = "";
        var lead = new StringBuilder();
        var passages = new ArrayList<Passage>();
        for (var node = document.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof Heading heading && heading.getLevel() == 1) {
                title = words(heading);
            } else if (node instanceof Heading heading) {
                passages.add(passage(heading));
            } else if (passages.isEmpty()) {
                lead.append(inside(node));
            }
        }
        return new Page(name, title, lead.toString(), passages);
    }

    private static String inside(Node block) {
        var html = new StringBuilder();
        for (var node = block.getFirstChild(); node != null; node = node.getNext()) {
            html.append(HTML.render(node));
        }
        return html.toString();
    }

    private static Passage passage(Heading heading) {
        var html = new StringBuilder();
        var blocks = new ArrayList<String>();
        var asked = new ArrayList<String>();
        for (var node = heading.getNext();
                node != null && !(node instanceof Heading);
                node = node.getNext()) {
            if (node instanceof HtmlBlock block && block.getLiteral().startsWith(ASKED)) {
                asked.addAll(wordings(block.getLiteral()));
            } else {
                html.append(HTML.render(node));
                blocks.add(PlainText.of(node));
            }
        }
        var title = words(heading);
        var text = String.join("\n\n", blocks);
        return new Passage(anchor(title), title, html.toString(), text, asked);
    }

    /// Of a comment `<!-- asked: lost key; see my key again -->`.
    private static List<String> wordings(String comment) {
        var end = comment.lastIndexOf("-->");
        var inside = comment.substring(ASKED.length(), end < 0 ? comment.length() : end);
        return Stream.of(inside.split(";"))
                .map(wording -> wording.strip().replaceAll("\\s+", " "))
                .filter(wording -> !wording.isEmpty())
                .toList();
    }

    private static String words(Node node) {
        return PlainText.of(node);
    }

    /// As forges make anchors of headings, so that a link works in both places.
    static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    /// `keys.md#x` and `#x`, as the files say it, in the portal.
    private static String address(String page, String link) {
        if (link.startsWith("#")) {
            return "/" + ADDRESS + page + link;
        }
        return link.contains(":") || link.startsWith("/")
                ? link
                : "/" + ADDRESS + link.replaceFirst("\\.md(#|$)", "$1");
    }

    private static final class Held {
        static final Handbook HANDBOOK = parsed();
    }
}
