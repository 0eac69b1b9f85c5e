package org.allodium.launcher;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the running server computes models with, as its readiness tells.
/// @param computes what each model's copy computes with, by `model@pool`
/// @param failed why others do not start, by `model@pool`
record EngineReport(
        String instructions,
        boolean ownMachineCode,
        Map<String, String> computes,
        Map<String, String> failed) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// Empty where no server answers, or none that has loaded its engine yet.
    static Optional<EngineReport> of(StackSettings settings) {
        try {
            var address = URI.create(settings.localPortalUrl() + "/health/ready");
            var asked = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
            return read(Http.send(asked).body());
        } catch (Trouble silent) {
            return Optional.empty();
        }
    }

    static Optional<EngineReport> read(String readiness) {
        try {
            for (var check : JSON.readTree(readiness).path("checks")) {
                var data = check.path("data");
                if (check.path("name").asString("").equals("models")
                        && (data.has("instructions") || !named(data, "failed.").isEmpty())) {
                    return Optional.of(
                            new EngineReport(
                                    data.path("instructions").asString("unknown"),
                                    data.path("own-machine-code").asBoolean(false),
                                    named(data, "computes."),
                                    named(data, "failed.")));
                }
            }
        } catch (JacksonException notJson) {
            // Something else answers there.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Map<String, String> named(JsonNode data, String prefix) {
        var found = new TreeMap<String, String>();
        for (var field : data.properties()) {
            if (field.getKey().startsWith(prefix)) {
                found.put(field.getKey().substring(prefix.length()), field.getValue().asString(""));
            }
        }
        return found;
    }

    /// For scripts.
    Map<String, Object> shown() {
        return Map.of(
                "instructions", instructions,
                "own_machine_code", ownMachineCode,
                "computes", computes,
                "failed", failed);
    }

    /// For people, a line each.
    /// @param node whose it is; absent where there is one alone
    List<String> lines(Optional<String> node) {
        var lines = new ArrayList<String>();
        lines.add(
                "  %-13s %s, %s%s"
                        .formatted(
                                "Engine",
                                instructions,
                                ownMachineCode ? "own machine code" : "no own machine code",
                                node.map(name -> ", " + name).orElse("")));
        computes.forEach((place, words) -> lines.add("    %s: %s".formatted(place, words)));
        failed.forEach((place, why) -> lines.add("    %s cannot start: %s".formatted(place, why)));
        return lines;
    }
}
