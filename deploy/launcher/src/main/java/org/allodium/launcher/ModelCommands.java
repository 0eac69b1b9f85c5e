package org.allodium.launcher;

import java.io.PrintStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `./allodium model …`: asks the running server, which checks, digests and registers.
record ModelCommands(StackSettings settings, DataFolder folder, PrintStream out) {
    private static final String USAGE =
            "Usage: ./allodium model list | show NAME | import DIR --name NAME"
                    + " [--deploy [--precision auto|fp32|bf16|int8|int4]]"
                    + " | retrieve NAME --pool POOL"
                    + " (--corpus CORPUS --encoder MODEL --encoder-pool POOL | --nothing).";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    int run(List<String> arguments) {
        if (arguments.equals(List.of("list"))) {
            return list();
        }
        if (arguments.size() == 2 && arguments.getFirst().equals("show")) {
            return show(arguments.get(1));
        }
        if (!arguments.isEmpty() && arguments.getFirst().equals("import")) {
            return importModel(arguments.subList(1, arguments.size()));
        }
        if (!arguments.isEmpty() && arguments.getFirst().equals("retrieve")) {
            return retrieve(arguments.subList(1, arguments.size()));
        }
        throw new Trouble(USAGE);
    }

    private int list() {
        var answer = call(request("").GET());
        var models = answer.isArray() ? answer : answer.path("data");
        out.println(
                "%-28s %-12s %14s  %s".formatted("NAME", "ARCHITECTURE", "PARAMETERS", "RUNS ON"));
        for (var model : models) {
            out.println(
                    "%-28s %-12s %14s  %s"
                            .formatted(
                                    text(model, "name"),
                                    text(model, "architecture"),
                                    text(model, "parameters"),
                                    pools(model)));
        }
        return 0;
    }

    private int show(String name) {
        var model = call(request("/" + URLEncoder.encode(name, StandardCharsets.UTF_8)).GET());
        for (var field : model.properties()) {
            var value = field.getValue();
            out.println(
                    "%-14s %s"
                            .formatted(
                                    field.getKey(),
                                    field.getKey().equals("deployed_on")
                                            ? pools(model)
                                            : value.isString()
                                                    ? value.asString()
                                                    : value.toString()));
        }
        return 0;
    }

    private int retrieve(List<String> arguments) {
        var words = new ArrayList<>(arguments);
        var body = JSON.createObjectNode().put("pool", required(words, "--pool"));
        if (words.remove("--nothing")) {
            body.putNull("retrieval");
        } else {
            body.putObject("retrieval")
                    .put("corpus", required(words, "--corpus"))
                    .put("encoder", required(words, "--encoder"))
                    .put("pool", required(words, "--encoder-pool"));
        }
        if (words.size() != 1) {
            throw new Trouble(USAGE);
        }
        var name = words.getFirst();
        call(
                request("/" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                        .header("Content-Type", "application/json")
                        .method("PATCH", BodyPublishers.ofString(body.toString())));
        var retrieval = body.path("retrieval");
        out.println(
                retrieval.isNull()
                        ? name + " answers on " + text(body, "pool") + " without looking up."
                        : "%s on %s answers from %s, by %s on %s."
                                .formatted(
                                        name,
                                        text(body, "pool"),
                                        text(retrieval, "corpus"),
                                        text(retrieval, "encoder"),
                                        text(retrieval, "pool")));
        return 0;
    }

    private static String required(List<String> words, String option) {
        return option(words, option).orElseThrow(() -> new Trouble(USAGE));
    }

    private int importModel(List<String> arguments) {
        var words = new ArrayList<>(arguments);
        boolean deploy = words.remove("--deploy");
        var name = option(words, "--name").orElseThrow(() -> new Trouble(USAGE));
        var precision = option(words, "--precision").orElse("auto");
        if (words.size() != 1) {
            throw new Trouble(USAGE);
        }
        var directory = Path.of(words.getFirst()).toAbsolutePath().normalize();
        if (!Files.isDirectory(directory)) {
            throw new Trouble(directory + " is not a directory.");
        }
        var body =
                JSON.writeValueAsString(
                        Map.of(
                                "directory",
                                directory.toString(),
                                "name",
                                name,
                                "deploy",
                                deploy,
                                "precision",
                                precision));
        var model =
                call(
                        request("")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body)));
        if (deploy && !text(model, "state").equals("ready")) {
            throw new Trouble(
                    "%s is registered, but on %s it is %s: look at ./allodium logs portal."
                            .formatted(name, pools(model), text(model, "state")));
        }
        out.println(
                "%s is registered: %s, %s parameters, digest %s; %s."
                        .formatted(
                                text(model, "name"),
                                text(model, "architecture"),
                                text(model, "parameters"),
                                text(model, "digest"),
                                model.path("deployed_on").isEmpty()
                                        ? "it runs nowhere yet"
                                        : "it runs on " + pools(model)));
        return 0;
    }

    /// Takes an option and its value out of the words.
    private static Optional<String> option(List<String> words, String option) {
        int at = words.indexOf(option);
        if (at < 0) {
            return Optional.empty();
        }
        if (at + 1 >= words.size()) {
            throw new Trouble(USAGE);
        }
        var value = words.remove(at + 1);
        words.remove(at);
        return Optional.of(value);
    }

    private HttpRequest.Builder request(String path) {
        return api().request("/models" + path);
    }

    private JsonNode call(HttpRequest.Builder request) {
        return api().call(request);
    }

    private AdminApi api() {
        return new AdminApi(settings, folder);
    }

    private static String text(JsonNode model, String field) {
        var value = model.path(field);
        return value.isMissingNode() || value.isNull() ? "-" : value.asString();
    }

    private static String pools(JsonNode model) {
        var names = new ArrayList<String>();
        for (var pool : model.path("deployed_on")) {
            names.add(pool.asString());
        }
        return names.isEmpty() ? "nowhere" : String.join(", ", names);
    }
}
