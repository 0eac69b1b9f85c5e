package org.allodium.serving.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import org.allodium.billing.Month;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A month as the platform's own people see it.
@Schema(
        description = "A month (UTC) of usage, ledger and receipts of all organisations.",
        requiredProperties = {"month", "state", "bytes"})
record AdminMonth(
        @Schema(description = "Year and month.", pattern = "^[0-9]{4}-[0-9]{2}$") String month,
        @Schema(
                        description =
                                "Whether it still runs, is there, or was put away with its receipts.",
                        enumeration = {"current", "attached", "detached"})
                String state,
        @Schema(description = "On disk, with indexes.", minimum = "0") long bytes,
        @Schema(description = "The latest export that was written whole.")
                @JsonInclude(JsonInclude.Include.NON_NULL)
                @Nullable Act exported,
        @Schema(description = "When it was last detached or attached.")
                @JsonInclude(JsonInclude.Include.NON_NULL)
                @Nullable Act moved) {

    static AdminMonth of(Month month) {
        return new AdminMonth(
                month.month().toString(),
                month.state().name().toLowerCase(Locale.ROOT),
                month.bytes(),
                month.exported().map(Act::of).orElse(null),
                month.moved().map(Act::of).orElse(null));
    }

    /// Something that was done with a month.
    @Schema(
            name = "MonthAct",
            description = "When something was done, and by whom.",
            requiredProperties = {"at", "actor"})
    record Act(
            @Schema(description = "An instant, RFC 3339.") String at,
            @Schema(description = "The subject of whoever did it.") String actor) {
        static Act of(Month.Act act) {
            return new Act(act.at().toString(), act.actor());
        }
    }
}
