package org.allodium.serving.rest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.allodium.catalog.Model;
import org.allodium.identity.StaffAuthentication;
import org.allodium.identity.StaffCallers;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.serving.ModelOperations;
import org.allodium.serving.Refusals;
import org.allodium.serving.ServingMeters;
import org.allodium.sovereignty.PoolId;
import org.allodium.tenancy.TenantScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The operators' way to the catalog: `GET` lists or shows, `POST {directory, name, deploy,
/// precision}` brings a model in, `PATCH {pool, retrieval}` says what its deployment on a pool
/// looks
/// up before it answers. Failures are the error object of `/v1`.
@ApplicationScoped
class AdminModels {
    private static final Logger LOG = LoggerFactory.getLogger(AdminModels.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int LARGEST_BODY = 65_536;

    @Inject StaffCallers callers;
    @Inject ModelOperations operations;
    @Inject ServingMeters meters;
    @Inject Clock clock;

    /// @param onThisMachine whether the request came in where only this machine can
    void answer(Exchange exchange, boolean onThisMachine) {
        var response = new Response(exchange, Ids.prefixed("req_", clock), clock);
        try {
            var scope = authenticate(exchange, onThisMachine);
            scope.call(
                    () -> {
                        serve(exchange, response);
                        return true;
                    });
        } catch (IOException e) {
            LOG.debug("{}: the client is gone", response.requestId(), e);
        } catch (Throwable e) {
            // An edge: from here on nobody else would answer.
            refuse(response, e);
        }
        LOG.info(
                "{} {} /admin/v1/models {} {} ms",
                response.requestId(),
                exchange.method(),
                exchange.status(),
                response.millis());
    }

    private TenantScope authenticate(Exchange exchange, boolean onThisMachine) {
        var answer = callers.authenticate(exchange.header("Authorization"), onThisMachine);
        return switch (answer) {
            case StaffAuthentication.Authenticated staff -> staff.scope();
            case StaffAuthentication.Rejected(var reason) ->
                    throw new CloudException(ErrorCode.INVALID_API_KEY, reason);
            case StaffAuthentication.Forbidden(var reason) ->
                    throw new CloudException(ErrorCode.PERMISSION_DENIED, reason);
        };
    }

    private void serve(Exchange exchange, Response response) throws IOException {
        var name = name(exchange.path());
        switch (exchange.method()) {
            case "GET", "HEAD" -> {
                if (name.isEmpty()) {
                    list(response);
                } else {
                    show(response, name);
                }
            }
            case "POST" -> bring(exchange, response);
            case "PATCH" -> change(exchange, response, name);
            default ->
                    throw new CloudException(
                            ErrorCode.METHOD_NOT_ALLOWED,
                            "This address takes GET, POST and PATCH only.");
        }
    }

    private void list(Response response) throws IOException {
        var body = JSON.createObjectNode().put("object", "list");
        var data = body.putArray("data");
        operations.all().forEach(model -> data.add(json(model)));
        response.json(200, body);
    }

    private void show(Response response, String name) throws IOException {
        var model = operations.find(name).orElseThrow(() -> Refusals.modelNotFound(name));
        response.json(200, json(model));
    }

    private void bring(Exchange exchange, Response response) throws IOException {
        var body = RequestBody.read(exchange, LARGEST_BODY, bytes -> {}, clock);
        var fields = new Fields(body, "");
        fields.refuseOthers(Set.of("directory", "name", "deploy", "precision"), Map.of());
        var name = fields.requireText("name");
        boolean deploy = fields.flag("deploy");
        var precision = precision(fields);
        var model = operations.bring(name, directory(fields));
        response.json(201, json(deploy ? operations.deploy(name, precision) : model));
    }

    private void change(Exchange exchange, Response response, String name) throws IOException {
        var body = RequestBody.read(exchange, LARGEST_BODY, bytes -> {}, clock);
        var fields = new Fields(body, "");
        fields.refuseOthers(Set.of("pool", "retrieval"), Map.of());
        var pool = pool(fields);
        if (!body.has("retrieval")) {
            throw fields.invalid(
                    "retrieval",
                    "`retrieval` is an object of corpus, encoder and pool, or null for none.");
        }
        var retrieval = Optional.ofNullable(fields.get("retrieval")).map(AdminModels::retrieval);
        response.json(200, json(operations.retrieve(name, pool, retrieval)));
    }

    private static Model.Retrieval retrieval(JsonNode value) {
        if (!(value instanceof ObjectNode object)) {
            throw new CloudException(
                    ErrorCode.INVALID_REQUEST,
                    "`retrieval` must be an object or null.",
                    "retrieval",
                    null);
        }
        var fields = new Fields(object, "retrieval.");
        fields.refuseOthers(Set.of("corpus", "encoder", "pool"), Map.of());
        return new Model.Retrieval(
                fields.requireText("corpus"), fields.requireText("encoder"), pool(fields));
    }

    private static PoolId pool(Fields fields) {
        return new PoolId(fields.requireText("pool"));
    }

    private static Model.Precision precision(Fields fields) {
        var text = fields.text("precision").orElse("auto");
        return Stream.of(Model.Precision.values())
                .filter(p -> p.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                fields.invalid(
                                        "precision",
                                        "`precision` is auto, fp32, bf16, int8 or int4."));
    }

    private static Path directory(Fields fields) {
        var text = fields.requireText("directory");
        try {
            var directory = Path.of(text);
            if (directory.isAbsolute() && Files.isDirectory(directory)) {
                return directory;
            }
        } catch (InvalidPathException e) {
            LOG.debug("Not a path", e);
        }
        throw fields.invalid(
                "directory", "`directory` must be the absolute path of a directory here.");
    }

    private static String name(String path) {
        return path.length() <= 1
                ? ""
                : URLDecoder.decode(path.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private ObjectNode json(Model model) {
        var body = JSON.createObjectNode();
        body.put("name", model.name());
        body.put("digest", model.digest());
        body.put("architecture", model.architecture());
        body.put("parameters", model.parameters());
        body.put("context", model.contextLength());
        body.put("openness", model.passport().openness());
        body.put("licence", model.passport().licence());
        var pools = body.putArray("deployed_on");
        model.deployments().forEach(deployment -> pools.add(deployment.pool().value()));
        var precisions = body.putArray("precision");
        model.deployments().stream()
                .map(deployment -> deployment.precision().name().toLowerCase(Locale.ROOT))
                .forEach(precisions::add);
        var retrievals = body.putObject("retrieval");
        for (var deployment : model.deployments()) {
            deployment
                    .retrieval()
                    .ifPresent(
                            retrieval ->
                                    retrievals
                                            .putObject(deployment.pool().value())
                                            .put("corpus", retrieval.corpus())
                                            .put("encoder", retrieval.encoder())
                                            .put("pool", retrieval.pool().value()));
        }
        body.put("state", state(model));
        var computes = body.putObject("computes");
        operations.computing(model).forEach(computes::put);
        operations.loading(model).ifPresent(share -> body.put("loaded", share));
        return body;
    }

    /// The worst state of all pools, since whoever imports wants to know what failed.
    private static String state(Model model) {
        return Stream.of(
                        Model.State.FAILED,
                        Model.State.STARTING,
                        Model.State.OFFLINE,
                        Model.State.READY)
                .filter(s -> model.deployments().stream().anyMatch(d -> d.state() == s))
                .map(s -> s.name().toLowerCase(Locale.ROOT))
                .findFirst()
                .orElse("registered");
    }

    private void refuse(Response response, Throwable failure) {
        var error = ErrorBody.of(failure, response.requestId());
        Failures.note(response.requestId(), failure, error, meters);
        try {
            response.error(error);
        } catch (IOException e) {
            LOG.debug("{}: the client did not wait for the error", response.requestId(), e);
        }
    }
}
