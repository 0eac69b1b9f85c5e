package org.allodium.serving.rest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.allodium.catalog.Model;
import org.allodium.serving.ModelOperations;
import org.allodium.serving.Refusals;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The operators' way to the catalog. A deployment takes a while, so each request waits on a
/// virtual thread, and the server's own is free.
@Path("/models")
@Tag(name = "Administration")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "staff")
@APIResponse(responseCode = "401", ref = "StaffUnknown")
@APIResponse(responseCode = "403", ref = "StaffForbidden")
@APIResponse(responseCode = "500", ref = "Broken")
@APIResponse(responseCode = "503", ref = "Overloaded")
@ApplicationScoped
public class AdminModels {
    private static final String NAME = "The model's name; slashes may be encoded or not.";

    @Inject ModelOperations operations;
    @Inject StaffWork work;
    @Context HttpServletRequest request;

    @GET
    @Operation(
            operationId = "adminListModels",
            summary = "All models of the catalog",
            description = "For operators, security officers and auditors.")
    @APIResponse(responseCode = "200", ref = "AdminModelList")
    public CompletionStage<Response> list() {
        return inNameOfStaff(
                Response.Status.OK,
                () ->
                        new AdminModelList(
                                "list", operations.all().stream().map(this::told).toList()));
    }

    @GET
    @Path("/{name: .+}")
    @Operation(
            operationId = "adminShowModel",
            summary = "One model",
            description = "For operators, security officers and auditors.")
    @APIResponse(responseCode = "200", ref = "AdminModel")
    @APIResponse(responseCode = "404", ref = "NotFound")
    public CompletionStage<Response> show(
            @Parameter(description = NAME) @PathParam("name") String name) {
        return inNameOfStaff(
                Response.Status.OK,
                () -> told(operations.find(name).orElseThrow(() -> Refusals.modelNotFound(name))));
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "adminImportModel",
            summary = "Bring a model in",
            description =
                    "Checks, digests and registers a directory of the server's machine and, if asked, runs"
                            + " the model on the default pool: then the answer comes when it is ready or has"
                            + " failed, or after two minutes. For operators.")
    @APIResponse(responseCode = "201", ref = "AdminModel")
    @APIResponse(responseCode = "400", ref = "Invalid")
    @APIResponse(responseCode = "413", ref = "TooLarge")
    @APIResponse(responseCode = "415", ref = "NotJson")
    @APIResponse(responseCode = "422", ref = "Conflict")
    public CompletionStage<Response> bring(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = ImportModel.class)))
                    ImportModel wanted) {
        return inNameOfStaff(
                Response.Status.CREATED,
                () -> {
                    var model = operations.bring(wanted.name(), wanted.path());
                    return told(
                            wanted.deploy()
                                    ? operations.deploy(wanted.name(), wanted.kept())
                                    : model);
                });
    }

    @PATCH
    @Path("/{name: .+}")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "adminChangeModel",
            summary = "Say what a deployment looks up before it answers",
            description = "Binds the next request. For operators.")
    @APIResponse(responseCode = "200", ref = "AdminModel")
    @APIResponse(responseCode = "400", ref = "Invalid")
    @APIResponse(responseCode = "404", ref = "NotFound")
    @APIResponse(responseCode = "413", ref = "TooLarge")
    @APIResponse(responseCode = "415", ref = "NotJson")
    public CompletionStage<Response> change(
            @Parameter(description = NAME) @PathParam("name") String name,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = ChangeModel.class)))
                    ChangeModel wanted) {
        return inNameOfStaff(
                Response.Status.OK,
                () -> told(operations.retrieve(name, wanted.poolId(), wanted.modelRetrieval())));
    }

    private AdminModel told(Model model) {
        return AdminModel.of(model, operations.computing(model), operations.loading(model));
    }

    private CompletionStage<Response> inNameOfStaff(
            Response.Status whenDone, Supplier<Object> asked) {
        return work.entity(request, whenDone, asked);
    }
}
