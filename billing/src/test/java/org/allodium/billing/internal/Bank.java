package org.allodium.billing.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.allodium.billing.Intent;
import org.allodium.billing.Intent.Charge;
import org.allodium.billing.Intent.Payer;
import org.allodium.billing.ModelPrice;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt;
import org.allodium.evidence.Receipts;
import org.allodium.evidence.SampleReceipts;
import org.allodium.evidence.internal.KeptPayloads;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.kernel.Database;
import org.allodium.kernel.Money;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TestDatabase;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A database with tenants and grants, and a desk over it: `aBank().grant(tenant, "10")`.
public final class Bank implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();

    final TestDatabase database;
    final Database platform;
    final MovableClock clock = new MovableClock();
    final Receipts receipts;
    private final UUID programme = UUID.randomUUID();
    BudgetDesk desk;

    Bank() {
        this(TestDatabase.fresh());
    }

    Bank(TestDatabase database) {
        this.database = database;
        platform = Database.over(database.platform());
        receipts = new Receipts(key(), database.app(), clock);
        execute(
                "platform",
                ("insert into billing.programme values ('%s', 'Compute for science',"
                                + " 'Ministry of Science', '', 1000000, 0, 1000000, 'EUR',"
                                + " '2027-01-01', '2028-01-01', 'RESEARCH', '2027-01-01', 'test', 0)")
                        .formatted(programme));
        post(
                "opened",
                Ledger.funder("Ministry of Science"),
                Ledger.programme(programme),
                "1000000");
        desk = open();
    }

    BudgetDesk open() {
        var opened = new BudgetDesk(database.platform(), receipts, clock, "node-1");
        opened.start();
        return opened;
    }

    /// Another node over the same database.
    BudgetDesk open(String node, LongSupplier nanos) {
        var opened = new BudgetDesk(database.platform(), receipts, clock, node, nanos);
        opened.start();
        return opened;
    }

    /// As after kill -9: what the desk had in memory is gone, and a new one opens.
    void crash() {
        desk.halt();
        unheard("node-1");
        desk = open();
    }

    /// So much time has passed that a node of this name is taken to be gone.
    void unheard(String node) {
        execute(
                "platform",
                "update billing.run set alive_until = '-infinity' where node = '" + node + "'");
    }

    /// Makes durable what has left by now.
    void mark() {
        mark(desk);
    }

    void mark(BudgetDesk of) {
        clock.forward(Marks.PERIOD);
        of.beat();
        // The writer commits in order, so that a later request is open proves the mark.
        var later = request(aTenant(), 0, 0);
        of.reserve(later).join();
        of.open(later.requestId()).join();
        of.release(later.requestId()).join();
    }

    /// Gives back what nobody has taken of the leases.
    void rest() {
        desk.giveBack(Instant.MAX).join();
    }

    static TenantId aTenant() {
        return new TenantId(UUID.randomUUID());
    }

    UUID grant(TenantId tenant, String amount) {
        return grant(tenant, amount, 0, Duration.ofDays(30));
    }

    UUID grant(TenantId tenant, String amount, int priority, Duration validFor) {
        var grant = UUID.randomUUID();
        var application = UUID.randomUUID();
        String start = clock.instant().toString();
        execute(
                "platform",
                ("insert into billing.application values ('%s', '%s', '%s', 'Lab', 'purpose',"
                                + " 'natural-sciences', 'use', %s, 'EUR', 'ada', 'Ada', '%s', 'APPROVED',"
                                + " '%s', 'olaf', 'Olaf', '', '%s', 0)")
                        .formatted(application, tenant, programme, amount, start, start, grant),
                "insert into billing.grant_award values ('%s', '%s', '%s', '%s', %s, 'EUR', %d, '%s', '%s', '%s', 'olaf')"
                        .formatted(
                                grant,
                                tenant,
                                programme,
                                application,
                                amount,
                                priority,
                                start,
                                clock.instant().plus(validFor),
                                start),
                "insert into billing.grant_balance values ('%s', '%s', 'EUR', %s, 0, 0, 0, null)"
                        .formatted(grant, tenant, amount),
                "update billing.programme set committed = committed + " + amount);
        post("grant:" + grant, Ledger.programme(programme), Ledger.grant(grant), amount);
        return grant;
    }

    /// 1 EUR per million tokens in and out: a token is 0.000001.
    static ModelPrice price() {
        return new ModelPrice(
                "guide", Money.euro("1"), Money.euro("1"), Money.euro("0.000001"), Instant.EPOCH);
    }

    /// As the gateway makes them.
    static String id(UUID uuid) {
        return "r-" + uuid.toString().replace("-", "");
    }

    Intent request(TenantId tenant, long inputTokens, long maxOutputTokens) {
        return request(id(UUID.randomUUID()), tenant, inputTokens, maxOutputTokens);
    }

    static Intent request(String id, TenantId tenant, long inputTokens, long maxOutputTokens) {
        return request(id, SampleReceipts.caller(tenant.value()), inputTokens, maxOutputTokens);
    }

    static Intent request(
            String id, Receipt.Caller caller, long inputTokens, long maxOutputTokens) {
        var tenant = new TenantId(caller.tenant());
        return new Intent(
                new Payer(tenant, new ProjectId(caller.project()), caller.key(), caller.subject()),
                new Charge(
                        price(),
                        inputTokens,
                        maxOutputTokens,
                        price().of(inputTokens, maxOutputTokens),
                        Map.of()),
                SampleReceipts.draft(id, caller));
    }

    /// The same, leaning on these consents.
    static Intent under(Intent intent, Map<String, Long> caps) {
        var charge = intent.charge();
        return new Intent(
                intent.payer(),
                new Charge(
                        charge.price(),
                        charge.inputTokens(),
                        charge.maxOutputTokens(),
                        charge.ceiling(),
                        caps),
                intent.receipt());
    }

    static Settlement used(String requestId, long inputTokens, long outputTokens) {
        return new Settlement(
                requestId,
                inputTokens,
                outputTokens,
                false,
                Settlement.Outcome.COMPLETED,
                Receipt.Making.at(SampleReceipts.site("norrhamn-cpu")));
    }

    BigDecimal number(String sql) {
        return platform.withHandle(
                handle ->
                        handle.createQuery(sql).mapTo(BigDecimal.class).one().stripTrailingZeros());
    }

    String text(String sql) {
        return platform.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).findFirst().orElse(""));
    }

    void execute(String role, String... statements) {
        as(role).useTransaction(handle -> Stream.of(statements).forEach(handle::execute));
    }

    Database as(String role) {
        return switch (role) {
            case "owner" -> Database.over(database.owner());
            case "app" -> Database.over(database.app());
            default -> platform;
        };
    }

    void lapse() {
        new Lapses(platform, clock).sweep();
    }

    /// The claims of a stored receipt.
    JsonNode receipt(String requestId) {
        return JSON.readTree(KeptPayloads.payloads(platform, List.of(requestId)).get(requestId));
    }

    private static SigningKey key() {
        try {
            return SigningKey.open(
                    Files.createTempDirectory("billing").resolve("secrets/key.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        desk.close();
        database.close();
    }

    private void post(String key, String from, String to, String amount) {
        var movement = new Ledger.Movement(from, to, Money.euro(amount));
        var posting = new Ledger.Posting("test", key, clock.instant(), List.of(movement));
        platform.useTransaction(handle -> new Ledger(clock).post(handle, List.of(posting)));
    }
}
