package org.allodium.serving.internal;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelInspection;
import org.allodium.engine.ModelDescription;
import org.allodium.engine.ModelDirectories;
import org.allodium.engine.ModelRefused;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;

/// Tells the catalog what the engine makes of a directory.
@ApplicationScoped
class EngineInspection implements ModelInspection {
    @Override
    public Finding inspect(Path directory) {
        try {
            var found = ModelDirectories.inspect(directory);
            return new Finding(
                    modality(found.kind()),
                    found.architecture(),
                    found.parameters(),
                    found.contextLength(),
                    found.embeddingDimensions());
        } catch (ModelRefused e) {
            throw refused(e);
        }
    }

    @Override
    public String digest(Path directory) {
        try {
            return ModelDirectories.digest(directory);
        } catch (ModelRefused e) {
            throw refused(e);
        }
    }

    private static Model.Modality modality(ModelDescription.Kind kind) {
        return switch (kind) {
            case DECODER -> Model.Modality.TEXT;
            case ENCODER -> Model.Modality.EMBEDDING;
            case RANKER -> Model.Modality.RANKING;
        };
    }

    private static CloudException refused(ModelRefused e) {
        return new CloudException(ErrorCode.INVALID_REQUEST, e.getMessage(), "directory", e);
    }
}
