package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of saved files, with a compiler that is real and a server that only notes.
class DevelopmentTest {
    private static final class FakeServer implements Development.Server {
        private final List<String> asked = new ArrayList<>();
        private boolean takesClasses = true;

        @Override
        public boolean swap(Map<String, byte[]> classes) {
            asked.add("swap " + classes.keySet().stream().sorted().toList());
            return takesClasses;
        }

        @Override
        public void deployAnew() {
            asked.add("deploy");
        }
    }

    @TempDir Path folder;
    private SmallCheckout checkout;
    private final FakeServer server = new FakeServer();
    private final List<String> said = new ArrayList<>();
    private Development development;

    @BeforeEach
    void layOut() throws Exception {
        checkout = new SmallCheckout(folder);
        var modules = checkout.modules();
        development =
                new Development(modules, new Recompiler(modules, List.of()), server, said::add);
    }

    @Test
    void theServerReadsOurModulesWhereTheyAreCompiledAndOthersWhereTheyWereUnpacked() {
        assertThat(checkout.modules().looseApplication())
                .contains(
                        "<dir sourceOnDisk=\""
                                + checkout.path("portal-ui/src/main/webapp")
                                + "\" targetInArchive=\"/\"/>",
                        "<archive targetInArchive=\"/WEB-INF/lib/billing-1.jar\">\n<dir sourceOnDisk=\""
                                + checkout.path("billing/target/classes")
                                + "\" targetInArchive=\"/\"/>\n</archive>",
                        "<file sourceOnDisk=\""
                                + checkout.path("portal-ui/target/allodium/WEB-INF/lib/other-2.jar")
                                + "\" targetInArchive=\"/WEB-INF/lib/other-2.jar\"/>");
    }

    @Test
    void aNewBodyIsSwappedInPlace() throws Exception {
        var saved = checkout.source("billing", "Price", SmallCheckout.PRICE.replace("old", "new"));
        development.take(Set.of(saved));
        assertThat(server.asked).containsExactly("swap [room.Price]");
        assertThat(said).singleElement().asString().startsWith("Price.java: swapped in place");
    }

    /// A constant lives on in whoever was compiled against it.
    @Test
    void whoNamesWhatWasSavedIsCompiledToo() throws Exception {
        var saved = checkout.source("billing", "Price", SmallCheckout.PRICE.replace("= 1", "= 2"));
        development.take(Set.of(saved));
        assertThat(server.asked).containsExactly("swap [room.Page, room.Price]");
    }

    @Test
    void whatTheServerDoesNotTakeInPlaceIsDeployedAnew() throws Exception {
        server.takesClasses = false;
        var saved =
                checkout.source(
                        "billing",
                        "Price",
                        SmallCheckout.PRICE.replace(
                                "public static String", "static int more; public static String"));
        development.take(Set.of(saved));
        assertThat(server.asked).containsExactly("swap [room.Price]", "deploy");
    }

    @Test
    void aClassThatCameOrWentIsDeployedAnew() throws Exception {
        var added = checkout.source("portal-ui", "More", "package room;\nclass More {}\n");
        development.take(Set.of(added));
        assertThat(server.asked).containsExactly("deploy");
        assertThat(checkout.classFile("portal-ui", "More")).isNotEmpty();
        Files.delete(added);
        development.take(Set.of(added));
        assertThat(server.asked).containsExactly("deploy", "deploy");
        assertThat(checkout.path("portal-ui/target/classes/room/More.class")).doesNotExist();
    }

    @Test
    void anErrorIsSaidWithItsLineAndChangesNothing() throws Exception {
        var before = checkout.classFile("billing", "Price");
        var saved = checkout.source("billing", "Price", "package room;\npublic class Price {\n");
        development.take(Set.of(saved));
        assertThat(server.asked).isEmpty();
        assertThat(said)
                .singleElement()
                .asString()
                .contains("Price.java: Price.java:2: reached end");
        assertThat(checkout.classFile("billing", "Price")).isEqualTo(before);
    }

    /// Nor may the modules to the right keep calling what is gone.
    @Test
    void anErrorInWhoNamesItIsSaidToo() throws Exception {
        var saved =
                checkout.source("billing", "Price", SmallCheckout.PRICE.replace("text", "words"));
        development.take(Set.of(saved));
        assertThat(server.asked).isEmpty();
        assertThat(said).singleElement().asString().contains("Page.java:2: cannot find symbol");
    }

    @Test
    void textsAndStylesAreSeenWithTheNextPage() throws Exception {
        var text = checkout.write("portal-ui/src/main/resources/messages.properties", "hello=Hi\n");
        var style = checkout.write("portal-ui/src/main/webapp/styles/pages.css", "p { margin: 0 }");
        development.take(Set.of(text, style));
        assertThat(server.asked).isEmpty();
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("messages.properties, pages.css: seen with the next page");
        assertThat(checkout.path("portal-ui/target/classes/messages.properties"))
                .hasContent("hello=Hi");
    }

    @Test
    void otherResourcesAreDeployedAnew() throws Exception {
        development.take(Set.of(checkout.write("billing/src/main/resources/db/1.sql", "select 1")));
        development.take(Set.of(checkout.write("portal-ui/src/main/webapp/WEB-INF/web.xml", "")));
        assertThat(server.asked).containsExactly("deploy", "deploy");
    }

    @Test
    void savingNoticesWhatCameChangedAndWent() throws Exception {
        var folders = List.of(checkout.path("billing/src/main"));
        var saved = new SavedFiles(folders);
        assertThat(saved.changed()).isEmpty();
        var price = checkout.source("billing", "Price", SmallCheckout.PRICE + "\n");
        var more = checkout.source("billing", "More", "");
        checkout.write("billing/src/main/java/room/.More.java.swp", "unsaved");
        assertThat(saved.changed()).containsExactlyInAnyOrder(price, more);
        Files.delete(more);
        assertThat(saved.changed()).containsExactly(more);
        assertThat(saved.changed()).isEmpty();
    }
}
