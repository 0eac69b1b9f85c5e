package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.allodium.evidence.Bytes;
import org.allodium.evidence.RunningLog;
import org.allodium.evidence.internal.Checkpoint;
import org.allodium.evidence.internal.Inclusion;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// An export is read here as somebody does who has nothing else.
class MonthExportTest {
    private static final YearMonth MARCH = ExportedMarch.MARCH;
    private static final TenantId LAB = ExportedMarch.LAB;

    @TempDir private Path folder;
    private ExportedMarch march;
    private MonthDoors doors;

    @BeforeEach
    void use() {
        march = new ExportedMarch(folder.resolve("secrets"));
        doors = march.doors;
    }

    @AfterEach
    void close() {
        march.close();
    }

    @Test
    void saysWhatEachFileHolds() throws Exception {
        var files = march.files();
        var manifest = JsonMapper.shared().readTree(files.get("manifest.json"));
        assertThat(manifest.path("month").asString()).isEqualTo("2027-03");
        assertThat(files.keySet())
                .containsExactly(
                        "usage.csv",
                        "usage.parquet",
                        "payments.csv",
                        "payments.parquet",
                        "ledger_transactions.csv",
                        "ledger_transactions.parquet",
                        "ledger_entries.csv",
                        "ledger_entries.parquet",
                        "receipts.csv",
                        "receipts.parquet",
                        "signed_receipts.csv",
                        "signed_receipts.parquet",
                        "jwks.json",
                        "manifest.json");
        for (var file : manifest.path("files")) {
            byte[] content = files.get(file.path("name").asString());
            assertThat(file.path("sha256").asString()).isEqualTo(ExportedMarch.sha256(content));
            if (file.path("name").asString().endsWith(".csv")) {
                assertThat(file.path("rows").asInt()).isEqualTo(read(content).size() - 1);
            }
        }
        var usage = read(files.get("usage.csv"));
        assertThat(usage).hasSize(6);
        assertThat(usage.getFirst()).startsWith("request_id", "tenant_id", "at");
        assertThat(usage.get(1)).contains(LAB.toString(), "2027-03-01T12:00:00.000000Z", "0.00002");
        assertThat(read(files.get("payments.csv"))).hasSize(3);
        assertThat(
                        read(files.get("ledger_entries.csv")).stream()
                                .skip(1)
                                .map(row -> new java.math.BigDecimal(row.get(4)))
                                .reduce(java.math.BigDecimal.ZERO, java.math.BigDecimal::add))
                .isZero();
    }

    @Test
    void saysTheSameInBothForms() throws Exception {
        var files = march.files();
        var manifest = JsonMapper.shared().readTree(files.get("manifest.json"));
        var rows = new LinkedHashMap<String, Integer>();
        manifest.path("files")
                .forEach(file -> rows.put(file.path("name").asString(), file.path("rows").asInt()));
        int compared = 0;
        for (var name : files.keySet()) {
            if (name.endsWith(".csv")) {
                var typed = name.replace(".csv", ".parquet");
                var csv = read(files.get(name));
                assertThat(ParquetReading.of(files.get(typed))).as(typed).isEqualTo(csv);
                assertThat(rows.get(typed)).isEqualTo(csv.size() - 1);
                compared += csv.size() - 1;
            }
        }
        assertThat(compared).isGreaterThan(30);
        assertThat(ParquetReading.types(files.get("usage.parquet")))
                .contains("at=TIMESTAMP", "cost=DECIMAL", "input_tokens=INT64", "model=STRING")
                .contains("from_cache=BOOLEAN");
    }

    @Test
    void provesEachReceiptByWhatIsInIt() throws Exception {
        var files = march.files();
        var log = JsonMapper.shared().readTree(files.get("manifest.json")).path("log");
        var note = Checkpoint.read(log.path("checkpoint").asString()).orElseThrow();
        assertThat(note.checkpoint().origin()).isEqualTo(RunningLog.ORIGIN);
        assertThat(note.checkpoint().size()).isEqualTo(6).isEqualTo(log.path("size").asLong());
        var receipts = read(files.get("receipts.csv"));
        assertThat(receipts).hasSize(6);
        for (var receipt : receipts.subList(1, receipts.size())) {
            assertThat(root(receipt, note.checkpoint().size())).contains(note.checkpoint().root());
            var changed = new ArrayList<>(receipt);
            changed.set(6, receipt.get(6).replace("2027", "2026"));
            assertThat(root(changed, note.checkpoint().size()))
                    .isNotEqualTo(Optional.of(note.checkpoint().root()));
        }
        assertThat(new String(files.get("jwks.json"), StandardCharsets.UTF_8))
                .contains(RunningLog.ORIGIN);
    }

    @Test
    void aMonthLeavesOnlyAfterThat() throws Exception {
        refuses("billing.month-not-exported");
        assertThatThrownBy(() -> march.export().writeTo(new Broken()))
                .isInstanceOf(IOException.class);
        refuses("billing.month-not-exported");
        var manifest = march.files().get("manifest.json");
        assertThat(march.bank.text("select encode(manifest, 'hex') from billing.month_act"))
                .isEqualTo(ExportedMarch.sha256(manifest));
        assertThat(doors.list().get(1).exported()).isPresent();
        doors.detach(MARCH, "olga");
        assertThatThrownBy(() -> doors.requireExportable(MARCH))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.sentence().key())
                                        .isEqualTo("billing.month-detached"));
    }

    @Test
    void whatIsNotOverIsNotExported() {
        assertThatThrownBy(() -> doors.requireExportable(YearMonth.of(2027, 4)))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.sentence().key())
                                        .isEqualTo("billing.month-not-over"));
    }

    @Test
    void quotesWhatHasToBe() throws IOException {
        var out = new ByteArrayOutputStream();
        var file = new CsvFile("a.csv", out, List.of("a", "b", "c"));
        file.row(java.util.Arrays.asList("x,\"y\"", null, "one\r\ntwo"));
        file.row(List.of("", "é", "plain"));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("a,b,c\r\n\"x,\"\"y\"\"\",,\"one\r\ntwo\"\r\n\"\",é,plain\r\n");
        assertThat(file.end().rows()).isEqualTo(2);
    }

    private static final class Broken extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("the client is gone");
        }
    }

    /// By the words of RFC 6962 and decision 0162.
    private static Optional<Bytes> root(List<String> receipt, long size) throws Exception {
        var hmac = javax.crypto.Mac.getInstance("HmacSHA256");
        hmac.init(
                new javax.crypto.spec.SecretKeySpec(
                        Base64.getDecoder().decode(receipt.get(4)), "HmacSHA256"));
        var sha = MessageDigest.getInstance("SHA-256");
        sha.update(new byte[] {0, 1, 1});
        byte[] leaf = sha.digest(hmac.doFinal(receipt.get(6).getBytes(StandardCharsets.UTF_8)));
        var path =
                receipt.get(5).isEmpty()
                        ? List.<Bytes>of()
                        : java.util.Arrays.stream(receipt.get(5).split(" ", -1))
                                .map(hash -> Bytes.of(Base64.getDecoder().decode(hash)))
                                .toList();
        return Inclusion.root(Long.parseLong(receipt.get(3)), size, leaf, path);
    }

    /// What RFC 4180 says, no more.
    private static List<List<String>> read(byte[] csv) {
        var rows = new ArrayList<List<String>>();
        var row = new ArrayList<String>();
        var field = new StringBuilder();
        boolean quoted = false;
        var text = new String(csv, StandardCharsets.UTF_8);
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quoted) {
                if (c == '"' && at + 1 < text.length() && text.charAt(at + 1) == '"') {
                    field.append(c);
                    at++;
                } else if (c == '"') {
                    quoted = false;
                } else {
                    field.append(c);
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',' || c == '\r') {
                row.add(field.toString());
                field.setLength(0);
            } else if (c == '\n') {
                rows.add(List.copyOf(row));
                row.clear();
            } else {
                field.append(c);
            }
        }
        return rows;
    }

    private void refuses(String key) {
        assertThatThrownBy(() -> doors.detach(MARCH, "olga"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.sentence().key()).isEqualTo(key));
    }
}
