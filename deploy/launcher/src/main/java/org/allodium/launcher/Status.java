package org.allodium.launcher;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// What `./allodium status` tells; scripts rely on the shape of its JSON.
public record Status(
        State state, StackSettings settings, Accounts accounts, Supervision supervision) {

    public enum State {
        READY,
        STARTING,
        /// Some of it runs, and nobody is starting the rest.
        DEGRADED,
        STOPPED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public String json() {
        return json(Map.of());
    }

    /// @param engines what the servers that run say of their engines
    String json(Map<Component, EngineReport> engines) {
        var all = new LinkedHashMap<String, Object>();
        all.put("state", state.label());
        all.put("portal", settings.portalUrl());
        all.put("api", settings.apiUrl());
        all.put("issuer", settings.issuer());
        all.put("metrics", settings.metricsUrl());
        all.put("nodes", settings.servers().stream().map(node -> shown(node, engines)).toList());
        var shown = new LinkedHashMap<String, Object>();
        shown.put("users", users());
        shown.put("keys", accounts.keys());
        all.put("demo", shown);
        all.put("supervisor", supervision.shown());
        settings.servers().stream()
                .flatMap(node -> Optional.ofNullable(engines.get(node)).stream())
                .findFirst()
                .ifPresent(report -> all.put("engine", report.shown()));
        return JSON.writeValueAsString(all);
    }

    private Map<String, Object> shown(Component server, Map<Component, EngineReport> engines) {
        var node = settings.of(server);
        var shown = new LinkedHashMap<String, Object>();
        shown.put("name", node.node());
        shown.put("portal", node.portalUrl());
        shown.put("address", node.localPortalUrl());
        shown.put("metrics", node.metricsUrl());
        var engine = engines.get(server);
        if (engine != null) {
            shown.put("engine", engine.shown());
        }
        return shown;
    }

    /// Name and address of a server, where there is more than one.
    Optional<String> node(Component component) {
        if (!component.serves() || settings.nodes() == 1) {
            return Optional.empty();
        }
        var node = settings.of(component);
        return Optional.of(node.node() + " at " + node.localPortalUrl());
    }

    private List<Map<String, Object>> users() {
        return accounts.users().stream().map(Status::user).toList();
    }

    private static Map<String, Object> user(Accounts.User user) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("username", user.username());
        shown.put("password", user.password());
        shown.put("roles", user.roles());
        shown.put("tenant", user.tenant());
        return shown;
    }

    /// What a newcomer needs once the product runs.
    String greeting() {
        var text = new StringBuilder();
        var portals = settings.portalUrls();
        text.append("\n  Portal  ").append(String.join("  ", portals)).append('\n');
        var apis = portals.stream().map(url -> url + "/v1").toList();
        text.append("  API     ").append(String.join("  ", apis)).append('\n');
        if (accounts.users().isEmpty()) {
            return text.toString();
        }
        text.append("\n  Demo accounts        password          may act as\n");
        for (var user : accounts.users()) {
            text.append(
                    "    %-18s %-17s %s%s%n"
                            .formatted(
                                    user.username(),
                                    user.password(),
                                    String.join(", ", user.roles()),
                                    user.tenant() == null ? "" : " of " + user.tenant()));
        }
        var key = accounts.keys().getFirst();
        text.append("\n  Demo API key (").append(key.tenant()).append(")\n    ");
        text.append(key.key()).append("\n\n  Try it:\n\n");
        text.append(curl(key.key()));
        return text.toString();
    }

    private String curl(String key) {
        return """
        curl %s/chat/completions -H "Authorization: Bearer %s" -H "Content-Type: application/json" -d '{"model":"allodium-guide","messages":[{"role":"user","content":"How do I apply for a grant?"}]}'
        """
                .formatted(settings.apiUrl(), key);
    }
}
