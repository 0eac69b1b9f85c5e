package org.allodium.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the pages lead to is there, and no page is out of reach.
class DocsTest {
    private static final Path ROOT =
            Path.of(System.getProperty("allodium.root", "..")).toAbsolutePath().normalize();
    private static final Path DECISIONS = ROOT.resolve("docs/decisions");

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern DECISION = Pattern.compile("[Dd]ecisions? (0\\d{3})");

    /// How pages are tested, and how a request is measured: no code of theirs follows it.
    private static final Set<String> OF_TESTS = Set.of("0132", "0174");

    @Test
    void noLinkIsDead() throws IOException {
        var dead = new TreeSet<String>();
        for (var page : pages()) {
            var text = FENCED.matcher(Files.readString(page)).replaceAll("");
            LINK.matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .filter(link -> !link.matches("[a-z]+:.*|/.*"))
                    .filter(link -> !leadsSomewhere(page, link))
                    .forEach(link -> dead.add(ROOT.relativize(page) + " -> " + link));
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void theIndexOfDecisionsMissesNone() throws IOException {
        var index = Files.readString(DECISIONS.resolve("README.md"));
        var listed = LINK.matcher(index).results().map(found -> found.group(1)).toList();
        assertThat(listed)
                .containsAll(decisions().map(page -> page.getFileName().toString()).toList());
    }

    @Test
    void everyPageForReadersIsReachedFromThePageOfEntry() throws IOException {
        var reached = new TreeSet<Path>();
        follow(ROOT.resolve("docs/README.md"), reached);
        assertThat(reached)
                .containsAll(
                        pages().stream()
                                .filter(page -> page.startsWith(ROOT.resolve("docs")))
                                .toList());
    }

    /// A page that no code leads to is found by nobody who would undo what it decided: what a test
    /// says of a decision does not count.
    @Test
    void codeNamesEveryDecisionInForceAndNoOther() throws IOException {
        var named = named(sources());
        var inProduct = named(sources().stream().filter(DocsTest::isOfTheProduct).toList());
        var made = new TreeSet<String>();
        var inForce = new TreeSet<String>();
        for (var page : decisions().toList()) {
            var number = page.getFileName().toString().substring(0, 4);
            made.add(number);
            if (!Files.readString(page).contains("Superseded by")) {
                inForce.add(number);
            }
        }
        assertThat(made).as("named in code").containsAll(named);
        inForce.removeAll(OF_TESTS);
        assertThat(inProduct)
                .as("see decision …, in the code that follows it")
                .containsAll(inForce);
    }

    private static Set<String> named(List<Path> sources) throws IOException {
        var named = new TreeSet<String>();
        for (var source : sources) {
            DECISION.matcher(Files.readString(source))
                    .results()
                    .map(found -> found.group(1))
                    .forEach(named::add);
        }
        return named;
    }

    private static boolean isOfTheProduct(Path source) {
        return ROOT.relativize(source).toString().contains("src/main/");
    }

    private static void follow(Path page, Set<Path> reached) throws IOException {
        if (!page.toString().endsWith(".md") || !reached.add(page)) {
            return;
        }
        var links =
                LINK.matcher(Files.readString(page))
                        .results()
                        .map(found -> found.group(1))
                        .toList();
        for (var link : links) {
            var target = target(page, link);
            if (!link.matches("[a-z]+:.*|/.*") && Files.isRegularFile(target)) {
                follow(target, reached);
            }
        }
    }

    private static boolean leadsSomewhere(Path page, String link) {
        var target = target(page, link);
        if (!Files.exists(target) || !target.startsWith(ROOT)) {
            return false;
        }
        int anchor = link.indexOf('#');
        return anchor < 0 || anchors(target).anyMatch(link.substring(anchor + 1)::equals);
    }

    private static Path target(Path page, String link) {
        var path = link.replaceAll("#.*", "");
        return path.isEmpty() ? page : page.resolveSibling(path).normalize();
    }

    /// As they are made of headings where the pages are shown.
    private static Stream<String> anchors(Path page) {
        try {
            return HEADING.matcher(Files.readString(page))
                    .results()
                    .map(found -> found.group(1).toLowerCase(Locale.ROOT))
                    .map(text -> text.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
        } catch (IOException unreadable) {
            return Stream.empty();
        }
    }

    private static Stream<Path> decisions() throws IOException {
        try (var files = Files.list(DECISIONS)) {
            return files
                    .filter(page -> page.getFileName().toString().matches("\\d{4}-.*\\.md"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /// Without what training completes and lays elsewhere.
    private static List<Path> pages() throws IOException {
        return files(".md").stream()
                .filter(page -> !page.toString().contains("resources/training/"))
                .toList();
    }

    private static List<Path> sources() throws IOException {
        return Stream.of(".java", ".c", ".h", ".xml", ".sql").flatMap(DocsTest::filesOf).toList();
    }

    private static Stream<Path> filesOf(String ending) {
        try {
            return files(ending).stream();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Of the repository, without what builds and runs leave in it.
    private static List<Path> files(String ending) throws IOException {
        try (var all = Files.walk(ROOT)) {
            return all.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !made(ROOT.relativize(file)))
                    .toList();
        }
    }

    private static boolean made(Path relative) {
        for (var part : relative) {
            var name = part.toString();
            if (name.equals("target") || name.startsWith(".")) {
                return true;
            }
        }
        return false;
    }
}
