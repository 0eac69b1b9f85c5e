package org.allodium.serving.rest;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// The answer of `GET /admin/v1/months`.
@Schema(
        description = "The months until now, the newest first.",
        requiredProperties = {"object", "data"})
record AdminMonthList(@Schema(enumeration = "list") String object, List<AdminMonth> data) {
    AdminMonthList {
        data = List.copyOf(data);
    }
}
