package org.allodium.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Page;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import java.util.regex.Pattern;
import org.allodium.it.journeys.Browsing;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Two servers over one database, watched by a supervisor: what one does the other knows, and
/// either goes on when the other is killed.
@ExtendWith(TwoNodes.class)
class TwoNodesIT {
    private static final int CLIENTS = 4;
    private static final Duration TAKEN_OVER = Duration.ofSeconds(3);
    private static final Duration BEHELD = Duration.ofSeconds(12);
    private static final Duration BACK = Duration.ofMinutes(3);
    private static final Pattern KEY = Pattern.compile("sk-alo-[A-Za-z0-9_-]+");

    @BeforeAll
    static void watch() {
        Product.supervise();
    }

    /// In one browser, signed in at both: cookies ignore ports.
    @Test
    void aKeyOfOneWorksAtBothAndIsRevokedAtBoth() throws Exception {
        try (var browsing = new Browsing()) {
            var first = browsing.signedIn("owner", "/keys");
            var name = "two nodes " + UUID.randomUUID();
            var key = createKey(first, name);
            for (var node : TwoNodes.ALL) {
                Waiting.until(
                        Duration.ofSeconds(1),
                        "the new key opens " + node,
                        () -> status(node, key) == 200);
            }
            var second = first.context().newPage();
            second.navigate(Product.portal(TwoNodes.SECOND) + "/login?to=%2Fkeys");
            revokeTheNewest(second, name);
            for (var node : TwoNodes.ALL) {
                Waiting.until(
                        Duration.ofSeconds(1),
                        "the revoked key does not open " + node,
                        () -> status(node, key) == 401);
            }
            first.reload();
            assertThat(first.url()).startsWith(Product.portal(TwoNodes.FIRST)).endsWith("/keys");
            Browsing.awaitText(first, name);
        }
    }

    private static String createKey(Page page, String name) {
        Browsing.press(page, "New key");
        Browsing.dialog(page, "New key").getByLabel("Name").fill(name);
        Browsing.press(page, "Create key");
        Browsing.awaitText(page, "Copy the key now");
        var key = KEY.matcher(Browsing.dialog(page, "Key “" + name).innerText());
        assertThat(key.find()).isTrue();
        Browsing.press(page, "I have copied it");
        return key.group();
    }

    private static void revokeTheNewest(Page page, String name) {
        Browsing.awaitText(page, name);
        Browsing.press(page, "Revoke");
        Browsing.awaitText(page, "Revoke “" + name + "”?");
        Browsing.button(page.locator("body"), "Revoke").last().click();
        Browsing.awaitText(page, "is revoked");
    }

    private static int status(Component node, String key) {
        return Api.of(TwoNodes.address(node), key).get("/models").status();
    }

    @Test
    void bothSpendOneGrantAndShowEachOthersReceipts() throws Exception {
        var ids = new ArrayList<String>();
        for (var node : TwoNodes.ALL) {
            var answer = TwoNodes.api(node).chat("allodium-guide", "Hello from " + node, 8);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            ids.add(answer.header("x-receipt-id"));
        }
        for (var node : TwoNodes.ALL) {
            for (var id : ids) {
                assertThat(TwoNodes.api(node).get("/receipts/" + id).status())
                        .as(id)
                        .isEqualTo(200);
            }
        }
        assertThat(
                        Books.one(
                                "select count(distinct grant_id) from billing.usage_event"
                                        + " where request_id in ('%s', '%s')"
                                                .formatted(ids.getFirst(), ids.getLast())))
                .isEqualByComparingTo("1");
        assertThat(
                        Books.one(
                                "select count(distinct node) from billing.run"
                                        + " where alive_until > clock_timestamp()"))
                .isEqualByComparingTo("2");
        TwoNodes.assertSound();
    }

    @Test
    void theSecondGoesOnWhenTheFirstIsKilled() throws Exception {
        goesOn(TwoNodes.SECOND, TwoNodes.FIRST);
    }

    @Test
    @Tag("long")
    void theFirstGoesOnWhenTheSecondIsKilled() throws Exception {
        goesOn(TwoNodes.FIRST, TwoNodes.SECOND);
    }

    /// As when the other one has been upgraded: it went on until it was stopped, and is not to come
    /// back as it was.
    @Test
    void aServerThatANewerReleaseHasOvertakenSaysSoAndTheOtherGoesOn() throws Exception {
        owner(
                """
                insert into serving.flyway_schema_history
                select max(installed_rank) + 1, '9001', 'later', 'SQL', 'V9001__later.sql', 0,
                    'allodium_owner', now(), 1, true
                from serving.flyway_schema_history""");
        try {
            assertThat(TwoNodes.answers(TwoNodes.SECOND)).as("who runs already goes on").isTrue();
            Product.kill(TwoNodes.SECOND);
            assertThatThrownBy(Product::restart)
                    .hasMessageContainingAll(
                            "Open Liberty 2 will not become ready",
                            "A newer release has migrated this database: room serving",
                            "Start the newer release here");
            assertThat(TwoNodes.answers(TwoNodes.FIRST)).isTrue();
        } finally {
            owner("delete from serving.flyway_schema_history where version = '9001'");
            Product.restart();
            Product.supervise();
        }
        assertThat(TwoNodes.answers(TwoNodes.SECOND)).isTrue();
    }

    private static void owner(String sql) throws SQLException {
        try (var database = Product.databaseAs("owner");
                var statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void goesOn(Component survivor, Component victim) throws Exception {
        var before = Processes.of(victim).pid();
        try (var left = TwoNodes.crowd(CLIENTS, survivor);
                var lost = TwoNodes.crowd(CLIENTS, victim)) {
            left.awaitEvents(200);
            lost.awaitEvents(200);
            long killed = System.nanoTime();
            Product.kill(victim);
            int heard = left.heard();
            long end = killed + BEHELD.toNanos();
            Waiting.until(BEHELD.multipliedBy(2), "beheld", () -> System.nanoTime() > end);
            left.gather();
            lost.gather();
            assertThat(lost.failures).as("it was killed in the midst of answers").isNotEmpty();
            assertThat(left.heard()).as("answers go on").isGreaterThan(heard);
            System.out.println("  failed at the other one: " + left.failures);
            assertThat(left.failures)
                    .filteredOn(failure -> failure.nanos() - killed > TAKEN_OVER.toNanos())
                    .isEmpty();
            assertThat(left.whole).isNotEmpty();
            assertThat(lost.whole).isNotEmpty();
            TwoNodes.assertSound(survivor, left, lost);
        }
        Waiting.until(
                BACK,
                victim.program() + " is back",
                () -> Processes.of(victim).pid() != before && TwoNodes.answers(victim));
        TwoNodes.assertSound();
    }
}
