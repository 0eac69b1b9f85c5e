package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.aTenant;
import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.allodium.billing.Intent;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node of a later release starts beside one of this one, and the other way round.
class NodesOfTwoReleasesTest {
    private static final String ADDS =
            """
            alter table billing.usage_event add column later text;
            alter table billing.slot add column later bigint not null default 0;
            create table billing.later (id bigint primary key);
            """;
    private static final String CHANGES =
            """
            select evidence.require_alone();
            alter table billing.usage_event rename column outcome to ended;
            """;

    @TempDir Path later;
    private final TenantId tenant = aTenant();
    private Bank bank;

    @BeforeEach
    void open() {
        bank = new Bank();
        bank.grant(tenant, "1");
    }

    @AfterEach
    void close() {
        bank.close();
    }

    @Test
    void aNodeGoesOnWhereALaterReleaseHasAddedSomething() throws Exception {
        var before = reserved();
        script(ADDS);
        bank.database.upgrade(later);
        var after = reserved();
        bank.desk.settle(used(before.requestId(), 10, 10)).get();
        bank.desk.settle(used(after.requestId(), 10, 10)).get();
        bank.rest();
        Invariants.hold(bank);
    }

    @Test
    void aServerOfTheReleaseBeforeRefusesInWords() throws Exception {
        script(ADDS);
        bank.database.upgrade(later);
        assertThatThrownBy(bank.database::upgrade)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(
                        "A newer release has migrated this database",
                        "room billing has its script 9001",
                        "Start the newer release here");
    }

    @Test
    void whatOthersCannotWorkWithIsNotDoneUntilTheyHaveEnded() throws Exception {
        script(CHANGES);
        var request = reserved();
        try (var living = Executors.newSingleThreadScheduledExecutor()) {
            living.scheduleWithFixedDelay(bank.desk::live, 0, 50, TimeUnit.MILLISECONDS);
            assertThatThrownBy(() -> bank.database.upgrade(later))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("Other nodes run over this database (node-1)")
                    .hasMessageEndingWith("Stop them all, and start again");
            living.shutdownNow();
        }
        bank.desk.settle(used(request.requestId(), 10, 10)).get();
        bank.desk.close();
        bank.database.upgrade(later);
        assertThat(bank.text("select ended from billing.usage_event")).isEqualTo("COMPLETED");
    }

    @Test
    void onANewDatabaseNobodyIsWaitedFor() throws Exception {
        script(CHANGES);
        try (var database = TestDatabase.ofNothing()) {
            database.upgrade(later);
        }
    }

    @Test
    void serversThatStartAtOnceMigrateOneAfterTheOther() throws Exception {
        script(ADDS);
        try (var database = TestDatabase.ofNothing()) {
            var one = CompletableFuture.runAsync(() -> upgrade(database));
            var other = CompletableFuture.runAsync(() -> upgrade(database));
            one.get(60, TimeUnit.SECONDS);
            other.get(60, TimeUnit.SECONDS);
        }
    }

    private void upgrade(TestDatabase database) {
        try {
            database.upgrade(later);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Intent reserved() throws Exception {
        var request = bank.request(tenant, 10, 10);
        bank.desk.reserve(request).get();
        bank.desk.open(request.requestId()).get();
        return request;
    }

    private void script(String sql) throws IOException {
        var room = Files.createDirectories(later.resolve("db/billing"));
        Files.writeString(room.resolve("V9001__later.sql"), sql);
    }
}
