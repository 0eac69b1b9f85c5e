package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.allodium.evidence.MonthVerifier;
import org.allodium.evidence.MonthVerifier.Outcome;
import org.allodium.evidence.RunningLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real exports, forged by somebody who can also make a manifest anew.
class MonthVerifierTest {
    @TempDir private static Path folder;
    private static ExportedMarch march;
    private static Map<String, byte[]> files;

    @BeforeAll
    static void export() throws Exception {
        march = new ExportedMarch(folder.resolve("secrets"));
        files = march.files();
    }

    @AfterAll
    static void close() {
        march.close();
    }

    @Test
    void acceptsAnExport() throws IOException {
        assertThat(verify(files, march.jwks()))
                .isInstanceOfSatisfying(
                        Outcome.Valid.class,
                        valid -> {
                            assertThat(valid.month()).isEqualTo("2027-03");
                            assertThat(valid.requests()).isEqualTo(5);
                            assertThat(valid.receipts()).isEqualTo(5);
                            assertThat(valid.transactions()).isPositive();
                            assertThat(valid.log().orElseThrow().origin())
                                    .isEqualTo(RunningLog.ORIGIN);
                            assertThat(valid.manifest())
                                    .isEqualTo(
                                            march.bank.text(
                                                    "select encode(manifest, 'hex') from"
                                                            + " billing.month_act order by id"
                                                            + " desc limit 1"));
                        });
    }

    @Test
    void acceptsAnExportOfTheFirstForm() throws IOException {
        var old = march.copy(files);
        old.keySet().removeIf(name -> name.endsWith(".parquet"));
        march.remake(old, 1);
        assertThat(verify(old, march.jwks())).isInstanceOf(Outcome.Valid.class);
    }

    @Test
    void refusesAChangedByteInEveryFile() throws IOException {
        for (var name : files.keySet()) {
            var forged = march.copy(files);
            byte[] content = forged.get(name);
            content[content.length / 2] ^= 1;
            var reasons = reasons(forged);
            assertThat(reasons).as(name).isNotEmpty();
            if (!name.equals("manifest.json")) {
                assertThat(reasons)
                        .as(name)
                        .anySatisfy(reason -> assertThat(reason).contains(name, "SHA-256"));
            }
        }
    }

    @Test
    void refusesAMissingRow() throws IOException {
        assertThat(reasons(changed("receipts.csv", MonthVerifierTest::withoutLast)))
                .contains("receipts.csv has 4 rows, and by its manifest 5.")
                .contains("The receipts are not those of the requests in usage.csv.");
    }

    @Test
    void refusesAMissingReceiptUnderANewManifest() throws IOException {
        var forged = changed("receipts.csv", MonthVerifierTest::withoutLast);
        march.remake(forged, 2);
        assertThat(reasons(forged))
                .contains("The receipts are not those of the requests in usage.csv.");
    }

    @Test
    void refusesASwappedFile() throws IOException {
        var forged = march.copy(files);
        forged.put("usage.csv", files.get("payments.csv"));
        forged.put("payments.csv", files.get("usage.csv"));
        assertThat(reasons(forged))
                .contains("usage.csv was changed: its SHA-256 is not the manifest's.")
                .anySatisfy(
                        reason -> assertThat(reason).startsWith("usage.csv has not the columns"));
    }

    @Test
    void refusesAFileTooManyOrTooFew() throws IOException {
        var more = march.copy(files);
        more.put("extra.csv", new byte[0]);
        assertThat(reasons(more)).containsExactly("The manifest says nothing of extra.csv.");
        var less = march.copy(files);
        less.remove("payments.csv");
        assertThat(reasons(less)).containsExactly("payments.csv is missing.");
    }

    @Test
    void refusesAnExchangedSalt() throws IOException {
        var forged = changed("receipts.csv", MonthVerifierTest::withSaltsExchanged);
        march.remake(forged, 2);
        assertThat(reasons(forged))
                .hasSize(2)
                .allSatisfy(
                        reason ->
                                assertThat(reason).contains("is not in the log of the checkpoint"));
    }

    @Test
    void refusesAnotherAmountUnderANewManifest() throws IOException {
        var forged =
                changed("ledger_entries.csv", text -> text.replace(",-0.00002,", ",-0.00001,"));
        march.remake(forged, 2);
        assertThat(reasons(forged))
                .isNotEmpty()
                .allSatisfy(reason -> assertThat(reason).contains("does not add up to zero"));
    }

    @Test
    void refusesATransactionWithoutEntriesAndEntriesWithoutOne() throws IOException {
        var forged = changed("ledger_transactions.csv", MonthVerifierTest::withoutLast);
        march.remake(forged, 2);
        assertThat(reasons(forged))
                .isNotEmpty()
                .allSatisfy(reason -> assertThat(reason).contains("is not there"));
        var bare = march.copy(files);
        bare.put("ledger_entries.csv", head(files.get("ledger_entries.csv")));
        march.remake(bare, 2);
        assertThat(reasons(bare))
                .isNotEmpty()
                .allSatisfy(reason -> assertThat(reason).contains("has no entries"));
    }

    @Test
    void refusesKeysThatDidNotSign() throws IOException {
        assertThat(verify(files, "{\"keys\":[]}"))
                .isEqualTo(new Outcome.Invalid(List.of("No published key signed the checkpoint.")));
    }

    @Test
    void refusesWhatIsNoExport() throws IOException {
        var file = Files.writeString(folder.resolve("no.zip"), "no");
        assertThat(MonthVerifier.verify(file, march.jwks())).isInstanceOf(Outcome.Invalid.class);
        assertThat(reasons(Map.of("a.txt", new byte[1])))
                .containsExactly("The file has no manifest: it is no export.");
        var cut = folder.resolve("cut.zip");
        byte[] whole = Files.readAllBytes(zip(files));
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        assertThat(MonthVerifier.verify(cut, march.jwks())).isInstanceOf(Outcome.Invalid.class);
    }

    private static Map<String, byte[]> changed(String name, UnaryOperator<String> change) {
        var forged = march.copy(files);
        var before = new String(forged.get(name), StandardCharsets.UTF_8);
        var after = change.apply(before);
        assertThat(after).isNotEqualTo(before);
        forged.put(name, after.getBytes(StandardCharsets.UTF_8));
        return forged;
    }

    private static String withoutLast(String csv) {
        return csv.substring(0, csv.lastIndexOf("\r\n", csv.length() - 3) + 2);
    }

    private static byte[] head(byte[] csv) {
        var text = new String(csv, StandardCharsets.UTF_8);
        return text.substring(0, text.indexOf("\r\n") + 2).getBytes(StandardCharsets.UTF_8);
    }

    private static String withSaltsExchanged(String csv) {
        var lines = csv.split("\r\n", -1);
        var one = lines[1].split(",", 6)[4];
        var other = lines[2].split(",", 6)[4];
        lines[1] = lines[1].replace(one, other);
        lines[2] = lines[2].replace(other, one);
        return String.join("\r\n", lines);
    }

    private static List<String> reasons(Map<String, byte[]> forged) throws IOException {
        return verify(forged, march.jwks()) instanceof Outcome.Invalid invalid
                ? invalid.reasons()
                : List.of();
    }

    private static Outcome verify(Map<String, byte[]> files, String jwks) throws IOException {
        return MonthVerifier.verify(zip(files), jwks);
    }

    private static Path zip(Map<String, byte[]> files) throws IOException {
        var file = folder.resolve("month.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var entry : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }
}
