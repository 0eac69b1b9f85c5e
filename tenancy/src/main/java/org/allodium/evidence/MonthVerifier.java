package org.allodium.evidence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.allodium.evidence.ReceiptVerifier.SignedBy;

/// Checks an exported month offline, with nothing but the public keys: that its files are those of
/// its manifest, that each receipt is in the log of its checkpoint, that a published key signed
/// that, that every request has its receipt, and that the ledger adds up.
public final class MonthVerifier {
    private MonthVerifier() {}

    /// What the check found.
    public sealed interface Outcome {
        /// @param manifest SHA-256 of the manifest, which the platform notes at the export
        /// @param log absent where no receipt of the month is in it
        record Valid(
                String month,
                long requests,
                long receipts,
                long transactions,
                Optional<Log> log,
                String manifest)
                implements Outcome {}

        /// @param reasons sentences, never none
        record Invalid(List<String> reasons) implements Outcome {
            public Invalid {
                reasons = List.copyOf(reasons);
            }
        }
    }

    /// @param size the log's in the checkpoint
    public record Log(String origin, long size, SignedBy key) {}

    /// @param file the ZIP as it was exported
    public static Outcome verify(Path file, String jwks) throws IOException {
        try (var check = new MonthCheck(file, jwks)) {
            return check.run();
        } catch (java.util.zip.ZipException broken) {
            return new Outcome.Invalid(
                    List.of(
                            "The file cannot be unpacked: it is no export, or was cut or changed."));
        }
    }
}
