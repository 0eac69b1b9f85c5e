package org.allodium.launcher;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Completes the versioned realm, which holds no secrets, for one data folder.
final class RealmFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RealmFile() {}

    static byte[] complete(String template, String portalUrl, Secrets secrets, Accounts accounts) {
        var realm = (ObjectNode) JSON.readTree(template.replace("@PORTAL_URL@", portalUrl));
        client(realm, "allodium-portal").put("secret", secrets.portalClient());
        client(realm, "allodium-onboarding").put("secret", secrets.onboardingClient());
        if (!accounts.users().isEmpty()) {
            // Passwords sent to the token endpoint: for scripts against the demo, never for people.
            client(realm, "allodium-cli").put("directAccessGrantsEnabled", true);
            var users = (ArrayNode) realm.get("users");
            accounts.users().forEach(user -> users.add(user(user)));
            realm.set("organizations", organisations(accounts));
        }
        return JSON.writeValueAsBytes(realm);
    }

    private static ObjectNode client(ObjectNode realm, String id) {
        for (JsonNode client : realm.get("clients")) {
            if (client.get("clientId").asString().equals(id)) {
                return (ObjectNode) client;
            }
        }
        throw new Trouble("The realm file has no client " + id + ".");
    }

    private static JsonNode user(Accounts.User user) {
        return JSON.valueToTree(
                Map.of(
                        "id", user.subject(),
                        "username", user.username(),
                        "enabled", true,
                        "email", user.email(),
                        "emailVerified", true,
                        "firstName", user.firstName(),
                        "lastName", user.lastName(),
                        "realmRoles", List.of("default-roles-" + Keycloak.REALM),
                        "credentials",
                                List.of(
                                        Map.of(
                                                "type",
                                                "password",
                                                "value",
                                                user.password(),
                                                "temporary",
                                                false))));
    }

    private static JsonNode organisations(Accounts accounts) {
        return JSON.valueToTree(
                accounts.organisations().stream()
                        .map(
                                organisation ->
                                        Map.of(
                                                "name", organisation.name(),
                                                "alias", organisation.slug(),
                                                "enabled", true,
                                                "domains",
                                                        List.of(
                                                                Map.of(
                                                                        "name",
                                                                        organisation.slug()
                                                                                + ".example",
                                                                        "verified",
                                                                        true)),
                                                "members",
                                                        accounts.users().stream()
                                                                .filter(
                                                                        user ->
                                                                                organisation
                                                                                        .slug()
                                                                                        .equals(
                                                                                                user
                                                                                                        .tenant()))
                                                                .map(
                                                                        user ->
                                                                                Map.of(
                                                                                        "username",
                                                                                        user
                                                                                                .username(),
                                                                                        "membershipType",
                                                                                        "UNMANAGED"))
                                                                .toList()))
                        .toList());
    }
}
