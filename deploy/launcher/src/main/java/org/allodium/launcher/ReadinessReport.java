package org.allodium.launcher;

import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the server's readiness says, in words for the terminal.
final class ReadinessReport {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String FAILED = "failed.";
    private static final String MISSING = "missing.";

    private static final Map<String, String> WORDS =
            Map.of(
                    "database", "the database",
                    "news", "the database's news",
                    "limits", "other nodes to share the limits",
                    "keycloak", "Keycloak",
                    "engine", "the models",
                    "models", "the models",
                    "demo", "the demo country");

    private ReadinessReport() {}

    static ReadyWait.Look of(StackSettings settings) {
        return Http.get(settings.localPortalUrl() + "/health/ready")
                .map(answer -> read(answer.statusCode(), answer.body()))
                .orElseGet(() -> new ReadyWait.Look.NotYet("Open Liberty to answer"));
    }

    /// A check that is down and names what failed will not come up by waiting. Without any check
    /// nothing is known, whatever the status says.
    static ReadyWait.Look read(int status, String body) {
        var down = new ArrayList<String>();
        var failed = new ArrayList<String>();
        var missing = new ArrayList<String>();
        var checks = checks(body);
        for (var check : checks) {
            boolean isDown = check.path("status").asString("").equals("DOWN");
            if (isDown) {
                var name = check.path("name").asString("");
                down.add(WORDS.getOrDefault(name, name));
            }
            for (var entry : check.path("data").properties()) {
                var why = sentence(entry.getValue());
                if (entry.getKey().startsWith(FAILED)) {
                    var what = entry.getKey().substring(FAILED.length()).replace("@", " on ");
                    (isDown ? failed : missing).add(what + " cannot start: " + why);
                } else if (entry.getKey().startsWith(MISSING)) {
                    missing.add(why);
                }
            }
        }
        if (status == 200 && !checks.isEmpty()) {
            return new ReadyWait.Look.Ready(missing);
        }
        if (!failed.isEmpty()) {
            return new ReadyWait.Look.Never(String.join("; ", failed));
        }
        return new ReadyWait.Look.NotYet(
                down.isEmpty()
                        ? "its application to start"
                        : down.stream().distinct().sorted().collect(Collectors.joining(" and ")));
    }

    private static String sentence(JsonNode text) {
        var why = text.asString("").strip();
        return why.endsWith(".") ? why.substring(0, why.length() - 1) : why;
    }

    private static JsonNode checks(String body) {
        try {
            return JSON.readTree(body).path("checks");
        } catch (JacksonException notJson) {
            return JSON.createArrayNode();
        }
    }
}
