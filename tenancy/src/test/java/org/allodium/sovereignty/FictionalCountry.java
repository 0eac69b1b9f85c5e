package org.allodium.sovereignty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The country of the demo, to test with: codes XA, XB and XC, which ISO 3166-1 leaves to its
/// users. Two facilities at home under different public operators, one abroad whose operator
/// belongs to a company of a third country.
public final class FictionalCountry {
    // From the folder of any module beside this one.
    private static final Path FILE = Path.of("../deploy/demo/country.json");

    private FictionalCountry() {}

    public static CountryFile read() {
        try (var json = Files.newInputStream(FILE)) {
            return CountryFile.read(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
