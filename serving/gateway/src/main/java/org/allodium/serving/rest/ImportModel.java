package org.allodium.serving.rest;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.allodium.catalog.Model;
import org.allodium.kernel.Refused;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// The body of `POST /admin/v1/models`, checked.
@Schema(
        description = "Which directory becomes a model, under which name.",
        requiredProperties = {"directory", "name"},
        additionalProperties = Schema.False.class)
record ImportModel(
        @Schema(description = "The absolute path of a directory on the server's machine.")
                String directory,
        @Schema(description = "The name under which it will be called.") String name,
        @Schema(description = "Whether it also runs, on the default pool.", defaultValue = "false")
                boolean deploy,
        @Schema(
                        description =
                                "How its weights are kept; `auto` leaves it to the device and the model's"
                                        + " own type.",
                        enumeration = {"auto", "fp32", "bf16", "int8", "int4"},
                        defaultValue = "auto")
                String precision) {
    private static final Logger LOG = LoggerFactory.getLogger(ImportModel.class);

    static ImportModel of(ObjectNode body) {
        var fields = new Fields(body, "");
        fields.refuseOthers(Set.of("directory", "name", "deploy", "precision"), Map.of());
        var precision = fields.text("precision").orElse("auto");
        if (precisions().noneMatch(precision::equals)) {
            throw Refused.invalid("precision", "serving.no-precision");
        }
        var name = fields.requireText("name");
        boolean deploy = fields.flag("deploy");
        return new ImportModel(directory(fields), name, deploy, precision);
    }

    Path path() {
        return Path.of(directory);
    }

    Model.Precision kept() {
        return Model.Precision.valueOf(precision.toUpperCase(Locale.ROOT));
    }

    private static Stream<String> precisions() {
        return Stream.of(Model.Precision.values()).map(p -> p.name().toLowerCase(Locale.ROOT));
    }

    private static String directory(Fields fields) {
        var text = fields.requireText("directory");
        try {
            var directory = Path.of(text);
            if (directory.isAbsolute() && Files.isDirectory(directory)) {
                return text;
            }
        } catch (InvalidPathException e) {
            LOG.debug("Not a path", e);
        }
        throw Refused.invalid("directory", "serving.no-directory");
    }
}
