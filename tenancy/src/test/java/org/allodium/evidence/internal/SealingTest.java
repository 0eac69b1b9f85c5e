package org.allodium.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.allodium.evidence.RandomReceipts;
import org.allodium.evidence.Receipt;
import org.allodium.evidence.SampleReceipts;
import org.allodium.evidence.SealedReceipt;
import org.allodium.kernel.Database;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SealingTest {
    private static final long RUN = -7;

    private final Sealing sealing = new Sealing();
    private final RandomReceipts random = new RandomReceipts(17);
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatIsStoredUnpacksToTheSameBytes() {
        var sealed = sealed(200);
        for (int first = 0; first < 200; first += 40) {
            keep(first, sealed.subList(first, first + 40));
        }
        assertThat(sealed).anyMatch(receipt -> receipt.packed().form().isPresent());
        for (int seq = 0; seq < 200; seq++) {
            var receipt = sealed.get(seq);
            var row = find(receipt.id()).orElseThrow();
            assertThat(row.text()).isEqualTo(receipt.payload());
            assertThat(row.salt()).isEqualTo(receipt.salt());
            assertThat(row.leaf()).isEqualTo(receipt.leaf().toArray());
            assertThat(row.run()).isEqualTo(RUN);
            assertThat(row.seq()).isEqualTo(seq);
        }
    }

    @Test
    void followingRowsComeInOrder() {
        var sealed = sealed(30);
        keep(0, sealed);
        var rows =
                platform()
                        .inTransaction(
                                handle ->
                                        SealedReceiptTable.following(
                                                handle, RUN, 12, Instant.EPOCH, 10));
        assertThat(rows)
                .extracting(SealedReceiptTable.Row::text)
                .isEqualTo(sealed.subList(12, 22).stream().map(SealedReceipt::payload).toList());
    }

    /// The same text in another second, of another caller.
    @Test
    void twoEqualReceiptsHaveLeavesThatTellNothingOfEachOther() {
        var receipt = SampleReceipts.receipt("r-1", UUID.randomUUID());
        assertThat(sealing.seal(receipt).leaf()).isNotEqualTo(sealing.seal(receipt).leaf());
    }

    @Test
    void aFormHoldsNothingOfACallerOrARequest() {
        var receipt = random.next();
        var form = ReceiptWriter.receipt(Forms.blank(receipt));
        var caller = receipt.request().caller();
        for (var own :
                Stream.of(
                                receipt.request().id(),
                                receipt.request().time(),
                                caller.tenant(),
                                caller.project(),
                                caller.key().orElseThrow(),
                                caller.keyName(),
                                caller.subject(),
                                receipt.decision().hash().orElseThrow(),
                                receipt.bill().settledAt(),
                                receipt.bill().payments().getFirst().grant(),
                                receipt.bill().cost().amount().toPlainString())
                        .map(Object::toString)
                        .toList()) {
            assertThat(form).doesNotContain(own);
        }
        assertThat(form).contains(receipt.request().model().digest());
    }

    @Test
    void formsOfATransactionThatWasTakenBackGoInWithTheNext() {
        var sealed = sealed(100);
        platform()
                .useHandle(
                        handle -> {
                            handle.begin();
                            sealing.keep(handle, RUN, 0, sealed);
                            handle.rollback();
                        });
        assertThat(find(sealed.getFirst().id())).isEmpty();
        keep(0, sealed);
        assertThat(find(sealed.getLast().id())).isPresent();
    }

    /// A row of a time that its id does not tell is found all the same.
    @Test
    void anIdOfAnyKindLeadsToItsReceipt() {
        var ids = List.of("rcpt_ä1", "chatcmpl-0190f3e2a1b27c3d8e4f000000000001", "x", "r-2");
        keep(
                0,
                ids.stream()
                        .map(id -> sealing.seal(SampleReceipts.receipt(id, UUID.randomUUID())))
                        .toList());
        for (var id : ids) {
            assertThat(find(id).map(row -> Receipt.fromJson(row.text()).request().id()))
                    .contains(id);
        }
    }

    @Test
    void nobodyChangesOrRemovesWhatIsSealed() {
        for (var source : List.of(database.app(), database.platform())) {
            for (var sql :
                    List.of(
                            "update evidence.sealed_receipt set salt = body",
                            "delete from evidence.sealed_receipt",
                            "update evidence.receipt_form set text = ''",
                            "delete from evidence.log_group",
                            "update evidence.log_group set checkpoint = ''",
                            "delete from evidence.log_subtree",
                            "update evidence.first_reading set jws = ''",
                            "update evidence.log_head set origin = 'another'",
                            "update evidence.log_run set run = run + 1",
                            "delete from evidence.log_head",
                            "delete from evidence.log_run",
                            "select nextval('evidence.receipt_position')",
                            "insert into evidence.receipt (id, tenant_id, at, position, leaf_hash, jws)"
                                    + " values ('x', gen_random_uuid(), now(), 1, '', '')")) {
                assertThatThrownBy(
                                () -> {
                                    try (var connection = source.getConnection();
                                            var statement = connection.createStatement()) {
                                        statement.execute(sql);
                                    }
                                })
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("permission denied");
            }
        }
    }

    private List<SealedReceipt> sealed(int count) {
        return IntStream.range(0, count).mapToObj(_ -> sealing.seal(random.next())).toList();
    }

    private void keep(long first, List<SealedReceipt> receipts) {
        platform().useTransaction(handle -> sealing.keep(handle, RUN, first, receipts));
        sealing.kept(receipts);
    }

    private Optional<SealedReceiptTable.Row> find(String id) {
        var key = RowKey.of(id);
        return platform()
                .inTransaction(
                        handle ->
                                key.windows(Instant.now()).stream()
                                        .flatMap(
                                                window ->
                                                        SealedReceiptTable.find(
                                                                handle, key, id, window)
                                                                .stream())
                                        .findFirst());
    }

    private Database platform() {
        return Database.over(database.platform());
    }
}
