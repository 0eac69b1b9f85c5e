package org.allodium.serving.internal.loading;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelInspection;
import org.allodium.engine.ModelDescription;
import org.allodium.engine.ModelDirectories;
import org.allodium.engine.ModelRefused;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.Refusals;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import tools.jackson.databind.json.JsonMapper;

/// Tells the catalog what the engine makes of a directory.
@ApplicationScoped
class EngineInspection implements ModelInspection {
    @Inject
    @ConfigProperty(name = "allodium.app")
    Optional<String> application = Optional.empty();

    @Inject
    @ConfigProperty(name = "allodium.lib")
    Optional<String> library = Optional.empty();

    /// In a process of its own, since nobody knows yet what the files make of whoever reads them.
    @Override
    public Finding inspect(Path directory) {
        try (var classPath = ProbeClassPath.of(application.map(Path::of), library.map(Path::of))) {
            var process = new ProbeProcess(classPath.value(), ProbeProcess.Limits.STANDARD);
            var found =
                    JsonMapper.shared()
                            .treeToValue(process.inspect(directory), ModelDescription.class);
            return new Finding(
                    modality(found.kind()),
                    found.architecture(),
                    found.parameters(),
                    found.contextLength(),
                    found.embeddingDimensions());
        } catch (ModelRefused e) {
            throw refused(e);
        } catch (IOException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "serving.model-not-inspected").because(e);
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

    private static Refused refused(ModelRefused e) {
        return Refusals.asSaid(e.getMessage(), "directory").because(e);
    }
}
