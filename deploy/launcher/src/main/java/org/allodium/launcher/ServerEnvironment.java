package org.allodium.launcher;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the children see of our environment: as little as they need, so that nothing set by chance
/// in a terminal changes the product.
final class ServerEnvironment {
    /// How an operator gives the engine another libtorch, fewer cores or fewer instructions.
    private static final List<String> ENGINE =
            List.of(
                    "PYTORCH_LIBRARY_PATH",
                    "PYTORCH_FLAVOR",
                    "PYTORCH_VERSION",
                    "OMP_NUM_THREADS",
                    "ATEN_CPU_CAPABILITY",
                    "ONEDNN_MAX_CPU_ISA");

    private ServerEnvironment() {}

    static Map<String, String> base() {
        var environment = new HashMap<String, String>();
        pass(List.of("PATH", "TMPDIR", "TZ", "HOME", "USER"), environment);
        environment.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("LC_ALL", "C.UTF-8");
        return environment;
    }

    private static void pass(List<String> names, Map<String, String> environment) {
        for (var name : names) {
            var value = System.getenv(name);
            if (value != null && !value.isBlank()) {
                environment.put(name, value);
            }
        }
    }

    /// For the server: the agreement with the WAR, where a key `allodium.x.y` reads `ALLODIUM_X_Y`.
    /// @param settings as this node has them
    static Map<String, String> server(
            StackSettings settings, Component node, DataFolder folder, Secrets secrets) {
        var environment = base();
        pass(ENGINE, environment);
        settings.extra().forEach(environment::put);
        // Only Keycloak sends mail; the server needs to know that it does, and no password for it.
        environment.remove(MailServer.PASSWORD);
        if (MailServer.of(settings.extra()).isPresent()) {
            environment.putIfAbsent("ALLODIUM_IDENTITY_MAIL", "true");
        }
        environment.put("WLP_USER_DIR", folder.home().resolve("liberty").toString());
        environment.put("LOG_DIR", folder.logs().toString());
        environment.put("X_LOG_FILE", node.console() + ".log");
        environment.put("DJL_CACHE_DIR", folder.home().resolve("djl").toString());
        environment.put("ALLODIUM_APP", folder.war(node).toString());
        // Its agent is given every class for traces that nobody writes here.
        environment.put("WLP_SKIP_BOOTSTRAP_AGENT", "true");
        environment.put("ALLODIUM_LIB", folder.libraries().toString());
        environment.put("ALLODIUM_HOME", folder.home().toString());
        environment.put("ALLODIUM_NODE", settings.node());
        if (node == Component.SECOND_PORTAL) {
            // A browser has one jar for all ports of a host.
            environment.put("ALLODIUM_SESSION_COOKIE", "JSESSIONID_" + settings.ports().portal());
        }
        environment.put("ALLODIUM_BIND", settings.bind());
        environment.put("ALLODIUM_PORT", Integer.toString(settings.ports().portal()));
        environment.put(
                "ALLODIUM_MANAGEMENT_PORT", Integer.toString(settings.ports().management()));
        environment.put("ALLODIUM_PORTAL_URL", settings.portalUrl());
        environment.put("ALLODIUM_KEYCLOAK_URL", settings.keycloakUrl());
        environment.put("ALLODIUM_KEYCLOAK_REALM", Keycloak.REALM);
        environment.put("ALLODIUM_KEYCLOAK_CLIENT_SECRET", secrets.portalClient());
        environment.put("ALLODIUM_KEYCLOAK_ADMIN_SECRET", secrets.onboardingClient());
        environment.put("ALLODIUM_DB_HOST", "127.0.0.1");
        environment.put("ALLODIUM_DB_PORT", Integer.toString(settings.ports().database()));
        environment.put("ALLODIUM_DB_NAME", "allodium");
        environment.put("ALLODIUM_DB_OWNER_PASSWORD", secrets.databaseOwner());
        environment.put("ALLODIUM_DB_APP_PASSWORD", secrets.databaseApp());
        environment.put("ALLODIUM_DB_PLATFORM_PASSWORD", secrets.databasePlatform());
        environment.put("ALLODIUM_OPERATIONS_TOKEN_FILE", folder.operationsToken().toString());
        environment.put("ALLODIUM_SIGNING_KEY_FILE", folder.signingKey().toString());
        environment.remove("ALLODIUM_DEMO_FILE");
        if (settings.demo()) {
            environment.put("ALLODIUM_DEMO_FILE", folder.demo().toString());
        }
        return environment;
    }
}
