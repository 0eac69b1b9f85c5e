package org.allodium.evidence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The published JSON Schema of each version of a receipt, for those who read receipts by machine.
/// A version's schema never changes, and each allows all that the one before it promised: whoever
/// reads by an earlier one reads later receipts too.
public final class ReceiptSchema {
    /// What receipts are written by. Those of the first version do not name their schema.
    public static final int LATEST = 3;

    /// Receipts up to this version are proven by their signature, later ones by the log alone.
    public static final int LAST_SIGNED = 2;

    /// Below it, on the server whose keys sign, lie the schemas.
    public static final String FOLDER = "/.well-known/receipt-schema/";

    private ReceiptSchema() {}

    /// As a receipt names it, on the server that made the receipt.
    public static String address(int version) {
        return FOLDER + version + ".json";
    }

    /// Empty where there is no such version.
    public static Optional<String> text(int version) {
        if (version < 1 || version > LATEST) {
            return Optional.empty();
        }
        var name = "schema/receipt-%d.json".formatted(version);
        try (var file = ReceiptSchema.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is missing");
            }
            return Optional.of(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
