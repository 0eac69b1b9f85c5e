package org.allodium.sovereignty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.allodium.sovereignty.internal.Canonical;

/// A small fictional country and its neighbour, for the demo and for tests: codes XA, XB and XC,
/// which ISO 3166-1 leaves to its users. Two facilities at home under different public operators,
/// one abroad whose operator belongs to a company of a third country.
public record DemoCountry(Facts facts, PolicyOffer policies) {
    /// As written in `demo-country.json`.
    public static DemoCountry read() {
        try (var text = DemoCountry.class.getResourceAsStream("demo-country.json")) {
            return Canonical.read(
                    new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8),
                    DemoCountry.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
