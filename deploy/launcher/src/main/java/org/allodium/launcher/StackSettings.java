package org.allodium.launcher;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.allodium.kernel.RetiredKeys;

/// Where a stack lives and listens.
/// @param root the checkout, where the build's outputs and the server's configuration are
/// @param home the data folder: one stack per folder
/// @param runtime where the unpacked servers are; several data folders may share it
/// @param bind the portal's address; Keycloak, its console and the database never leave loopback
/// @param demo whether the first start makes demo accounts and keys
/// @param nodes how many servers share the database and Keycloak: one or two
/// @param extra further `ALLODIUM_*` settings, passed on to the server
public record StackSettings(
        Path root,
        Path home,
        Path runtime,
        String bind,
        Ports ports,
        String portalUrl,
        boolean demo,
        int nodes,
        Map<String, String> extra) {
    private static final String NODE = "ALLODIUM_NODE";
    private static final String FIRST_NODE = "node-1";
    private static final int NEXT_NODE = 10;

    /// @param management where this machine, and nobody else, reads figures and operates; 0 for the
    /// one after the portal's, as before it could be chosen
    public record Ports(int portal, int keycloak, int database, int management) {
        public Ports {
            management = management == 0 ? portal + 1 : management;
            var all = List.of(portal, keycloak, database, management);
            for (int port : all) {
                if (port < 1 || port > 65_535) {
                    throw new Trouble("A port must lie between 1 and 65535, not " + port + ".");
                }
            }
            if (Set.copyOf(all).size() < all.size()) {
                throw new Trouble(
                        "ALLODIUM_PORT, ALLODIUM_KEYCLOAK_PORT, ALLODIUM_DB_PORT and"
                                + " ALLODIUM_MANAGEMENT_PORT must differ.");
            }
        }

        public Ports(int portal, int keycloak, int database) {
            this(portal, keycloak, database, 0);
        }

        /// Of the next node.
        Ports next() {
            return new Ports(portal + NEXT_NODE, keycloak, database, management + NEXT_NODE);
        }
    }

    public StackSettings {
        root = root.toAbsolutePath().normalize();
        home = home.toAbsolutePath().normalize();
        runtime = runtime.toAbsolutePath().normalize();
        extra = Map.copyOf(extra);
        if (nodes < 1 || nodes > Component.MOST_NODES) {
            throw new Trouble("--nodes takes 1 or 2, not " + nodes + ".");
        }
        if (nodes == Component.MOST_NODES) {
            requireApart(ports, ports.next());
            requireLinkApart(ports, extra);
        }
    }

    /// Of one node.
    public StackSettings(
            Path root,
            Path home,
            Path runtime,
            String bind,
            Ports ports,
            String portalUrl,
            boolean demo,
            Map<String, String> extra) {
        this(root, home, runtime, bind, ports, portalUrl, demo, 1, extra);
    }

    private static void requireApart(Ports first, Ports second) {
        if (second.portal() == first.management() || second.management() == first.portal()) {
            throw new Trouble(
                    "The second node's ports are ten higher than ALLODIUM_PORT and"
                            + " ALLODIUM_MANAGEMENT_PORT, which must not be ten apart.");
        }
    }

    private static void requireLinkApart(Ports ports, Map<String, String> extra) {
        int first = NodePeers.port(ports, extra);
        var next = ports.next();
        var others =
                Set.of(
                        ports.portal(),
                        ports.management(),
                        next.portal(),
                        next.management(),
                        ports.keycloak(),
                        ports.database());
        if (others.contains(first) || others.contains(first + NEXT_NODE)) {
            throw new Trouble(
                    NodePeers.PORT
                            + " ("
                            + first
                            + ") and the one ten higher must differ from all other ports.");
        }
    }

    public StackSettings withNodes(int wanted) {
        return new StackSettings(root, home, runtime, bind, ports, portalUrl, demo, wanted, extra);
    }

    /// What runs.
    Set<Component> components() {
        return Component.of(nodes);
    }

    /// The servers among them.
    List<Component> servers() {
        return components().stream().filter(Component::serves).toList();
    }

    /// As this server has them: the second one has its own ports, address and name, and of two
    /// each knows where the other is.
    public StackSettings of(Component server) {
        var own = new HashMap<>(extra);
        if (nodes == Component.MOST_NODES) {
            own.putAll(NodePeers.settings(this, server == Component.SECOND_PORTAL ? 1 : 0));
        }
        if (server != Component.SECOND_PORTAL) {
            return new StackSettings(root, home, runtime, bind, ports, portalUrl, demo, 1, own);
        }
        own.put(NODE, next(node()));
        return new StackSettings(
                root, home, runtime, bind, ports.next(), secondUrl(), demo, 1, own);
    }

    /// A proxy in front has one address for both.
    private String secondUrl() {
        var port = ":" + ports.portal();
        return portalUrl.endsWith(port)
                ? portalUrl.substring(0, portalUrl.length() - port.length())
                        + ":"
                        + ports.next().portal()
                : portalUrl;
    }

    /// What the server is called among those that share the database. See decision 0165.
    String node() {
        return value(extra, NODE).orElse(FIRST_NODE);
    }

    private static String next(String node) {
        return node.equals(FIRST_NODE) ? "node-2" : node + "-2";
    }

    /// Where people come in, the first node's address first.
    List<String> portalUrls() {
        return servers().stream().map(server -> of(server).portalUrl()).distinct().toList();
    }

    /// As `./allodium` reads them from its environment.
    public static StackSettings fromEnvironment(Path root, Map<String, String> environment) {
        RetiredKeys.refusal(key -> value(environment, RetiredKeys.variable(key)).isPresent())
                .ifPresent(
                        sentence -> {
                            throw new Trouble(sentence);
                        });
        var home =
                value(environment, "ALLODIUM_HOME").map(Path::of).orElse(root.resolve(".allodium"));
        var ports =
                new Ports(
                        port(environment, "ALLODIUM_PORT", 9080),
                        port(environment, "ALLODIUM_KEYCLOAK_PORT", 8180),
                        port(environment, "ALLODIUM_DB_PORT", 54_329),
                        port(environment, "ALLODIUM_MANAGEMENT_PORT", 0));
        var profile = value(environment, "ALLODIUM_PROFILE").orElse("demo");
        if (!profile.equals("demo") && !profile.equals("plain")) {
            throw new Trouble("ALLODIUM_PROFILE is demo or plain, not " + profile + ".");
        }
        return new StackSettings(
                root,
                home,
                value(environment, "ALLODIUM_RUNTIME")
                        .map(Path::of)
                        .orElse(home.resolve("runtime")),
                value(environment, "ALLODIUM_BIND").orElse("127.0.0.1"),
                ports,
                value(environment, "ALLODIUM_PORTAL_URL")
                        .orElse("http://localhost:" + ports.portal()),
                profile.equals("demo"),
                1,
                ownSettings(environment));
    }

    /// What [#fromEnvironment] makes the same settings of.
    Map<String, String> environment() {
        var environment = new HashMap<>(extra);
        environment.put("ALLODIUM_HOME", home.toString());
        environment.put("ALLODIUM_RUNTIME", runtime.toString());
        environment.put("ALLODIUM_BIND", bind);
        environment.put("ALLODIUM_PORT", Integer.toString(ports.portal()));
        environment.put("ALLODIUM_KEYCLOAK_PORT", Integer.toString(ports.keycloak()));
        environment.put("ALLODIUM_DB_PORT", Integer.toString(ports.database()));
        environment.put("ALLODIUM_MANAGEMENT_PORT", Integer.toString(ports.management()));
        environment.put("ALLODIUM_PORTAL_URL", portalUrl);
        environment.put("ALLODIUM_PROFILE", demo ? "demo" : "plain");
        return environment;
    }

    public String apiUrl() {
        return portalUrl + "/v1";
    }

    public String keycloakUrl() {
        return "http://localhost:" + ports.keycloak();
    }

    public String issuer() {
        return keycloakUrl() + "/realms/" + Keycloak.REALM;
    }

    public String metricsUrl() {
        return managementUrl() + "/metrics";
    }

    /// For this machine only, whatever the portal is bound to: a proxy in front leads elsewhere.
    public String managementUrl() {
        return "http://127.0.0.1:" + ports.management();
    }

    /// Where the launcher itself reaches the portal, whatever name the world knows it by.
    String localPortalUrl() {
        return "http://" + localHost() + ":" + ports.portal();
    }

    String localKeycloakUrl() {
        return "http://127.0.0.1:" + ports.keycloak();
    }

    private String localHost() {
        return switch (bind) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "[::1]";
            default -> bind.contains(":") ? "[" + bind + "]" : bind;
        };
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
    }

    private static Map<String, String> ownSettings(Map<String, String> environment) {
        return environment.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("ALLODIUM_"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static int port(Map<String, String> environment, String name, int otherwise) {
        var text = value(environment, name).orElse(Integer.toString(otherwise));
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            throw new Trouble(name + " must be a port number, not \"" + text + "\".", notANumber);
        }
    }
}
