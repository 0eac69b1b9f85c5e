package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.ZipInputStream;
import org.allodium.evidence.RunningLog;
import org.allodium.kernel.Ids;
import org.allodium.tenancy.TenantId;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// March 2027, in which five requests were settled, one of them out of two grants; a sixth came in
/// April. The log has them all.
final class ExportedMarch implements AutoCloseable {
    static final YearMonth MARCH = YearMonth.of(2027, 3);
    static final TenantId LAB = Bank.aTenant();

    final Bank bank = new Bank();
    final MonthDoors doors = new MonthDoors(bank.platform, bank.clock);
    final RunningLog log;

    ExportedMarch(Path secrets) {
        bank.grant(LAB, "0.000041", 0, Duration.ofDays(200));
        bank.grant(LAB, "1", 1, Duration.ofDays(200));
        for (int n = 0; n < 5; n++) {
            settle();
        }
        bank.clock.forward(
                Duration.between(bank.clock.instant(), Instant.parse("2027-04-09T00:00:00Z")));
        new MonthsAhead(bank.platform, bank.clock).make();
        settle();
        // After them: what it finds later it finds by the database's clock.
        log = RunningLog.over(bank.database, secrets.resolve("receipts.json"), bank.clock);
        for (int look = 0; look < 400 && size() < 6; look++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(25));
        }
        assertThat(size()).isEqualTo(6);
    }

    @Override
    public void close() {
        log.close();
        bank.close();
    }

    String jwks() {
        return log.receipts().jwks();
    }

    MonthExport export() {
        return new MonthExport(bank.platform, bank.clock, MARCH, "ada", jwks());
    }

    Map<String, byte[]> files() throws IOException {
        var out = new ByteArrayOutputStream();
        doors.requireExportable(MARCH);
        export().writeTo(out);
        var files = new LinkedHashMap<String, byte[]>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    Map<String, byte[]> copy(Map<String, byte[]> files) {
        var copy = new LinkedHashMap<String, byte[]>();
        files.forEach((name, content) -> copy.put(name, content.clone()));
        return copy;
    }

    /// Makes the manifest say of the files what they are now; of Parquet's rows, what CSV has.
    void remake(Map<String, byte[]> files, int form) {
        var json = JsonMapper.shared();
        var manifest = (ObjectNode) json.readTree(files.get("manifest.json"));
        manifest.put("form", form);
        var listed = manifest.putArray("files");
        for (var name : files.keySet()) {
            if (!name.equals("manifest.json")) {
                var csv = files.get(name.replace(".parquet", ".csv"));
                listed.addObject()
                        .put("name", name)
                        .put("rows", name.endsWith(".json") ? 0 : rows(csv))
                        .put("sha256", sha256(files.get(name)));
            }
        }
        files.put("manifest.json", json.writeValueAsBytes(manifest));
    }

    private static long rows(byte[] csv) {
        return new String(csv, java.nio.charset.StandardCharsets.UTF_8).lines().count() - 1;
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void settle() {
        var id = Ids.prefixed("chatcmpl-", Clock.fixed(bank.clock.instant(), ZoneOffset.UTC));
        bank.desk.reserve(Bank.request(id, LAB, 10, 10)).join();
        bank.desk.settle(Bank.used(id, 10, 10)).join();
        bank.rest();
    }

    private int size() {
        return bank.number("select size from evidence.log_head").intValueExact();
    }
}
