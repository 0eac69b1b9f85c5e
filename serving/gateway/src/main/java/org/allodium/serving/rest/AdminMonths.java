package org.allodium.serving.rest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.concurrent.CompletionStage;
import org.allodium.billing.Months;
import org.allodium.kernel.Refused;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The doors of the months. See decision 0164.
@Path("/months")
@Tag(name = "Administration")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "staff")
@APIResponse(responseCode = "401", ref = "StaffUnknown")
@APIResponse(responseCode = "403", ref = "StaffForbidden")
@APIResponse(responseCode = "500", ref = "Broken")
@APIResponse(responseCode = "503", ref = "Overloaded")
@ApplicationScoped
public class AdminMonths {
    static final String ZIP = "application/zip";

    private static final String MONTH = "Year and month, such as 2026-11.";

    @Inject Months months;
    @Inject StaffWork work;
    @Context HttpServletRequest request;

    @GET
    @Operation(
            operationId = "adminListMonths",
            summary = "The months of usage, ledger and receipts",
            description = "For programme officers, operators and auditors.")
    @APIResponse(responseCode = "200", ref = "AdminMonthList")
    public CompletionStage<Response> list() {
        return work.entity(
                request,
                Response.Status.OK,
                () ->
                        new AdminMonthList(
                                "list", months.list().stream().map(AdminMonth::of).toList()));
    }

    @POST
    @Path("/{month}/detach")
    @Operation(
            operationId = "adminDetachMonth",
            summary = "Put a month away",
            description =
                    "All of its tables, in one step; every balance and every day's use stay as they are, and"
                            + " its receipts answer `archived`. From eight days after its end on, when it was"
                            + " exported and nothing of it is open. For operators.")
    @APIResponse(responseCode = "200", ref = "AdminMonth")
    @APIResponse(responseCode = "400", ref = "Invalid")
    @APIResponse(responseCode = "404", ref = "NotFound")
    @APIResponse(responseCode = "422", ref = "Conflict")
    public CompletionStage<Response> detach(
            @Parameter(description = MONTH) @PathParam("month") String month) {
        return work.entity(
                request, Response.Status.OK, () -> AdminMonth.of(months.detach(read(month))));
    }

    @POST
    @Path("/{month}/attach")
    @Operation(
            operationId = "adminAttachMonth",
            summary = "Bring a month back",
            description =
                    "As what it was: tables that add up to something else are refused. For operators.")
    @APIResponse(responseCode = "200", ref = "AdminMonth")
    @APIResponse(responseCode = "400", ref = "Invalid")
    @APIResponse(responseCode = "422", ref = "Conflict")
    public CompletionStage<Response> attach(
            @Parameter(description = MONTH) @PathParam("month") String month) {
        return work.entity(
                request, Response.Status.OK, () -> AdminMonth.of(months.attach(read(month))));
    }

    @GET
    @Path("/{month}/export")
    @Operation(
            operationId = "adminExportMonth",
            summary = "A month that is over, as files",
            description =
                    "Usage, payments, ledger and receipts of all organisations, in CSV and in Parquet, each"
                            + " receipt with its salt and its path to one checkpoint of the log, and a manifest with rows"
                            + " and digests. An answer that breaks off is no export. For operators and"
                            + " auditors.")
    @APIResponse(responseCode = "200", ref = "AdminMonthExport")
    @APIResponse(responseCode = "400", ref = "Invalid")
    @APIResponse(responseCode = "404", ref = "NotFound")
    @APIResponse(responseCode = "422", ref = "Conflict")
    public CompletionStage<Response> export(
            @Parameter(description = MONTH) @PathParam("month") String month) {
        return work.answer(
                request,
                () -> {
                    var archive = months.export(read(month));
                    StreamingOutput body = archive::writeTo;
                    return Response.ok(body, ZIP)
                            .header(
                                    HttpHeaders.CONTENT_DISPOSITION,
                                    "attachment; filename=\"allodium-" + read(month) + ".zip\"")
                            .build();
                });
    }

    private static YearMonth read(String month) {
        try {
            return YearMonth.parse(month);
        } catch (DateTimeException unreadable) {
            throw Refused.invalid("month", "serving.month-unreadable").because(unreadable);
        }
    }
}
