package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.evidence.ReceiptVerifier;
import org.allodium.evidence.Receipts;
import org.allodium.evidence.internal.KeptPayloads;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.kernel.Database;
import org.allodium.kernel.Money;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the release before leases and slots left in its database, killed in the midst of its work:
/// grants, one of them spent, usage, receipts, keys, and four requests that it had not ended.
class UpgradeTest {
    private static final String RELEASE = "60?";
    private static final TenantId LAB = TenantId.of("9e5ad991-4cfb-4695-8b36-10f7da07920c");
    private static final String BARE = "r-271c3263-4772-4545-9683-65272b814388";
    private static final String MARKED = "r-914a3931-1b33-4378-9492-31ab109a3cf9";
    private static final String CONCLUDED = "r-4e5515fe-08da-4f80-95f9-0707dca4afc0";
    private static final String LEANING = "r-881591f3-2019-4fb7-bda6-a3237a11da4e";
    private static final Duration SOON = Duration.ofSeconds(20);

    /// What must be the same before and after.
    private static final Map<String, List<String>> SAME =
            Map.of(
                    "what each grant has spent",
                    List.of(
                            "select string_agg(grant_id || spent::text || reserved || lapsed, ' ' order by grant_id) from billing.grant_balance"),
                    "usage",
                    List.of(
                            "select string_agg(request_id || at || cost || input_tokens || output_tokens || outcome, ' ' order by request_id) from billing.usage_event"),
                    "payments",
                    List.of(
                            "select string_agg(request_id || grant_id || amount || funder, ' ' order by request_id, line) from billing.usage_payment",
                            "select string_agg(request_id || grant_id || amount || funder, ' ' order by request_id, line) from billing.payment"),
                    "the ledger",
                    List.of(
                            "select string_agg(account || amount, ' ' order by account, amount) from billing.ledger_entry"),
                    "what open requests hold",
                    List.of(
                            "select sum(amount)::text from billing.reservation_line l join billing.open_reservation o on o.request_id = l.request_id",
                            "select sum(amount)::text from billing.lease where pot in (select grant_id from billing.grant_balance)"),
                    "old receipts",
                    List.of("select string_agg(id || jws, ' ' order by id) from evidence.receipt"),
                    "keys",
                    List.of("select string_agg(key_hash::text, ' ') from identity.api_key"));

    @TempDir private Path folder;
    private TestDatabase database;
    private Database platform;
    private final MovableClock clock = new MovableClock();

    @BeforeEach
    void load() throws IOException {
        database = TestDatabase.ofRelease(RELEASE);
        database.load(resource("before-leases.tsv"));
        // Whoever sees all rows.
        platform = Database.over(database.platform());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void carriesEverySumOver() {
        var before = SAME.values().stream().map(List::getFirst).map(this::text).toList();
        database.upgrade();
        var after = SAME.values().stream().map(List::getLast).map(this::text).toList();
        assertThat(after).doesNotContain("").isEqualTo(before);
        assertThat(number("select count(*) from billing.open_request")).isEqualByComparingTo("4");
    }

    @Test
    void endsWhatWasLeftOpenAsTheWrittenRuleSays() {
        database.upgrade();
        try (var desk = desk()) {
            var marked = desk.awaitSettled(LAB, MARKED, SOON).orElseThrow();
            assertThat(marked.outcome()).isEqualTo(Outcome.INTERRUPTED);
            assertThat(marked.cost()).isEqualTo(Money.euro("0.000047"));
            var concluded = desk.awaitSettled(LAB, CONCLUDED, SOON).orElseThrow();
            assertThat(concluded.outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(concluded.cost()).isEqualTo(Money.euro("0.000023"));
            for (var id : List.of(BARE, LEANING)) {
                assertThat(desk.awaitSettled(LAB, id, SOON).orElseThrow().cost().isZero())
                        .as(id)
                        .isTrue();
            }
            // Settled 11 + 13, released 7, interrupted 9: the input may have left.
            assertThat(desk.spilled(LAB, java.util.Set.of("c0", "c1")))
                    .isEqualTo(Map.of("c0", 40L, "c1", 9L));
            desk.giveBack(Instant.MAX).join();
        }
        var receipts = KeptPayloads.payloads(platform, List.of(BARE, MARKED, CONCLUDED, LEANING));
        assertThat(receipts.get(CONCLUDED)).contains("\"delivery\":\"unknown\"");
        assertThat(receipts.get(LEANING)).contains("\"delivery\":\"unknown\"");
        assertThat(receipts.get(BARE)).doesNotContain("delivery");
        assertThat(number("select sum(reserved) from billing.grant_balance")).isZero();
        assertThat(
                        number(
                                "select sum(granted - spent - lapsed) - (select sum(amount) from"
                                        + " billing.ledger_entry where account like 'grant:%')"
                                        + " from billing.grant_balance"))
                .isZero();
        assertThat(
                        number(
                                "select (select sum(spent) from billing.grant_balance)"
                                        + " - (select sum(cost) from billing.usage_event)"))
                .isZero();
    }

    @Test
    void oldReceiptsVerifyAsBefore() throws IOException {
        database.upgrade();
        var jwks = resource("before-leases-jwks.json");
        var receipts =
                platform.withHandle(
                        handle ->
                                handle.createQuery("select jws from evidence.receipt")
                                        .mapTo(String.class)
                                        .list());
        assertThat(receipts)
                .hasSize(15)
                .allSatisfy(
                        jws ->
                                assertThat(
                                                ReceiptVerifier.verify(
                                                        jws.getBytes(StandardCharsets.US_ASCII),
                                                        jwks))
                                        .isInstanceOf(ReceiptVerifier.Outcome.Valid.class));
    }

    private BudgetDesk desk() {
        var key = SigningKey.open(folder.resolve("secrets/key.json"));
        var receipts = new Receipts(key, database.app(), clock);
        var desk = new BudgetDesk(database.platform(), receipts, clock, "node-1");
        desk.start();
        return desk;
    }

    private static String resource(String name) throws IOException {
        try (var file = UpgradeTest.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String text(String sql) {
        return platform.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).findOne().orElse(""));
    }

    private BigDecimal number(String sql) {
        return platform.withHandle(handle -> handle.createQuery(sql).mapTo(BigDecimal.class).one());
    }
}
