package org.allodium.serving.rest;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// The answer of `GET /admin/v1/models`.
@Schema(
        description = "All models of the catalog.",
        requiredProperties = {"object", "data"})
record AdminModelList(@Schema(enumeration = "list") String object, List<AdminModel> data) {
    AdminModelList {
        data = List.copyOf(data);
    }
}
