package org.allodium.sovereignty;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.allodium.sovereignty.internal.Canonical;

/// A country as it is written in a file: its facts, and the policies that it offers.
public record CountryFile(Facts facts, PolicyOffer policies) {
    /// @throws IOException if the file cannot be read
    public static CountryFile read(InputStream json) throws IOException {
        return Canonical.read(
                new String(json.readAllBytes(), StandardCharsets.UTF_8), CountryFile.class);
    }
}
