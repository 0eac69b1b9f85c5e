package org.allodium.evidence;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.allodium.evidence.MonthVerifier.Outcome;
import org.allodium.evidence.internal.Hashes;

/// One check of one export. Every file is read once, row by row.
final class MonthCheck implements Closeable {
    private static final int MOST_OF_A_MANIFEST = 1 << 20;
    private static final List<String> TRANSACTIONS =
            words("id kind idempotency_key at run first_receipt last_receipt");
    private static final List<String> ENTRIES =
            words("transaction_id line at account amount currency");
    private static final List<String> USAGE =
            words(
                    "request_id tenant_id at project_id grant_id input_tokens output_tokens cost"
                            + " from_cache currency outcome model pool key_name subject");
    private static final List<String> PAYMENTS =
            words("request_id line at tenant_id grant_id funder programme amount");
    private static final List<String> RECEIPTS =
            words("id tenant_id at leaf_index salt path payload");
    private static final List<String> SIGNED = words("id tenant_id at jws");

    private final ZipFile zip;
    private final String jwks;
    private final Faults faults = new Faults();

    MonthCheck(Path file, String jwks) throws IOException {
        this.zip = new ZipFile(file.toFile());
        this.jwks = jwks;
    }

    private static List<String> words(String words) {
        return List.of(words.split(" ", -1));
    }

    Outcome run() throws IOException {
        var entry = zip.getEntry(MonthManifest.NAME);
        if (entry == null) {
            return new Outcome.Invalid(List.of("The file has no manifest: it is no export."));
        }
        byte[] text;
        try (var in = zip.getInputStream(entry)) {
            text = in.readNBytes(MOST_OF_A_MANIFEST);
        }
        var manifest = MonthManifest.read(text);
        if (manifest.isEmpty()) {
            return new Outcome.Invalid(List.of("The manifest is not one that this release knows."));
        }
        if (!hasFilesOf(manifest.get())) {
            return new Outcome.Invalid(faults.told());
        }
        return check(manifest.get(), HexFormat.of().formatHex(Hashes.sha256().digest(text)));
    }

    private boolean hasFilesOf(MonthManifest manifest) {
        var left = new HashSet<String>();
        manifest.files().forEach(file -> left.add(file.name()));
        left.add(MonthManifest.NAME);
        zip.stream()
                .forEach(
                        entry -> {
                            if (!left.remove(entry.getName())) {
                                faults.add("The manifest says nothing of %s.", entry.getName());
                            }
                        });
        left.forEach(name -> faults.add("%s is missing.", name));
        return faults.none();
    }

    private Outcome check(MonthManifest manifest, String digest) throws IOException {
        for (var file : manifest.files()) {
            if (!file.name().endsWith(".csv")) {
                whole(manifest, file);
            }
        }
        var requests = new IdSum();
        var receipts = new IdSum();
        each(manifest, "usage", USAGE, row -> requests.add(row.text("request_id")));
        each(manifest, "payments", PAYMENTS, _ -> {});
        ledger(manifest);
        var leaves = new LeafCheck(manifest.log(), jwks);
        long proven =
                each(
                        manifest,
                        "receipts",
                        RECEIPTS,
                        row -> {
                            receipts.add(row.text("id"));
                            leaves.check(row);
                        });
        leaves.wrong(proven).ifPresent(faults::add);
        boolean older = each(manifest, "signed_receipts", SIGNED, this::signed) > 0;
        // Receipts from before the log are not always of the month of the use that they are for.
        if (!older && !requests.sameAs(receipts)) {
            faults.add("The receipts are not those of the requests in usage.csv.");
        }
        return faults.none()
                ? new Outcome.Valid(
                        manifest.month().toString(),
                        requests.count(),
                        proven + manifest.file("signed_receipts.csv").rows(),
                        manifest.file("ledger_transactions.csv").rows(),
                        leaves.log(),
                        digest)
                : new Outcome.Invalid(faults.told());
    }

    /// A file of which only the digest is known here, and how many rows it says it has.
    private void whole(MonthManifest manifest, MonthManifest.Listed file) throws IOException {
        var digest = Hashes.sha256();
        try (var in = zip.getInputStream(zip.getEntry(file.name()));
                var out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        } catch (ZipException | EOFException broken) {
            faults.add("%s cannot be unpacked: it was cut or changed.", file.name());
            return;
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(file.sha256())) {
            faults.add("%s was changed: its SHA-256 is not the manifest's.", file.name());
        }
        if (file.name().endsWith(".parquet")) {
            var csv = manifest.file(file.name().replace(".parquet", ".csv"));
            if (csv.rows() != file.rows()) {
                faults.add("%s has not as many rows as %s.", file.name(), csv.name());
            }
        }
    }

    private interface Content {
        void check(MonthCsv.Row row) throws IOException;
    }

    private MonthCsv open(MonthManifest manifest, String table, List<String> columns)
            throws IOException {
        var name = table + ".csv";
        return new MonthCsv(
                name, columns, manifest.month(), zip.getInputStream(zip.getEntry(name)), faults);
    }

    /// How many rows there are.
    private long each(MonthManifest manifest, String table, List<String> columns, Content content)
            throws IOException {
        try (var csv = open(manifest, table, columns)) {
            for (var row = csv.next(); row != null; row = csv.next()) {
                try {
                    content.check(row);
                } catch (IllegalArgumentException wrong) {
                    csv.fault(Objects.requireNonNullElse(wrong.getMessage(), "is unreadable"));
                }
            }
            csv.end(manifest.file(table + ".csv"));
            return csv.count();
        } catch (ZipException | EOFException broken) {
            faults.add("%s.csv cannot be unpacked: it was cut or changed.", table);
            return 0;
        }
    }

    private void ledger(MonthManifest manifest) throws IOException {
        try (var transactions = open(manifest, "ledger_transactions", TRANSACTIONS);
                var entries = open(manifest, "ledger_entries", ENTRIES)) {
            new LedgerCheck(transactions, entries).run();
            transactions.end(manifest.file("ledger_transactions.csv"));
            entries.end(manifest.file("ledger_entries.csv"));
        } catch (ZipException | EOFException broken) {
            faults.add("The ledger's files cannot be unpacked: they were cut or changed.");
        }
    }

    /// A receipt that its own signature proves.
    private void signed(MonthCsv.Row row) {
        var id = row.text("id");
        var jws = row.text("jws").getBytes(StandardCharsets.UTF_8);
        switch (ReceiptVerifier.verify(jws, jwks)) {
            case ReceiptVerifier.Outcome.Valid valid -> {
                if (!valid.receiptId().equals(id)) {
                    throw new IllegalArgumentException(
                            "receipt %s stands under the id %s".formatted(valid.receiptId(), id));
                }
            }
            case ReceiptVerifier.Outcome.Invalid invalid ->
                    throw new IllegalArgumentException(
                            "receipt %s is not valid: %s".formatted(id, plain(invalid.reason())));
        }
    }

    /// Without the full stop, as a part of another sentence.
    private static String plain(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
