package org.allodium.catalog;

import java.nio.file.Path;

/// What the catalog must know of a directory before it takes the model in. The engine knows it, and
/// stands to the right in the row: so it is asked through this.
public interface ModelInspection {
    /// Throws a `Refused` with the sentence that whoever imports the model should read.
    Finding inspect(Path directory);

    /// `sha256:` and 64 hex digits over all files of the directory.
    String digest(Path directory);

    /// `contextLength` counts prompt and answer together; `dimensions` is an embedding's length.
    record Finding(
            Model.Modality modality,
            String architecture,
            long parameters,
            int contextLength,
            int dimensions) {}
}
