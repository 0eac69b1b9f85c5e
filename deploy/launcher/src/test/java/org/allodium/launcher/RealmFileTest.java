package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RealmFileTest {
    private static final Secrets SECRETS =
            new Secrets(
                    "super",
                    "owner",
                    "app",
                    "platform",
                    "kc",
                    "boot",
                    "portal-secret",
                    "onboard-secret");

    private static String template() throws Exception {
        return Files.readString(Checkout.root().resolve("deploy/keycloak/allodium-realm.json"));
    }

    private static String completed(Accounts accounts) throws Exception {
        return new String(
                RealmFile.complete(template(), "http://localhost:19000", SECRETS, accounts),
                StandardCharsets.UTF_8);
    }

    private static JsonNode client(String realm, String id) {
        for (var client : JsonMapper.shared().readTree(realm).get("clients")) {
            if (client.get("clientId").asString().equals(id)) {
                return client;
            }
        }
        throw new AssertionError("no client " + id);
    }

    @Test
    void versionedRealmHoldsNoSecret() throws Exception {
        assertThat(template())
                .doesNotContain("\"secret\"")
                .doesNotContain("\"credentials\"")
                .doesNotContain("\"value\"");
    }

    @Test
    void completedRealmHasNoVariableLeft() throws Exception {
        assertThat(completed(Accounts.make(AccountsFile.of(Checkout.root(), "demo"))))
                .doesNotContainPattern("@[A-Z_]+@");
    }

    @Test
    void knowsThePortalAndItsSecret() throws Exception {
        var portal = client(completed(Accounts.none()), "allodium-portal");
        assertThat(portal.get("secret").asString()).isEqualTo("portal-secret");
        assertThat(portal.at("/redirectUris/0").asString())
                .isEqualTo("http://localhost:19000/oidcclient/redirect/keycloak");
        assertThat(portal.at("/attributes/pkce.code.challenge.method").asString())
                .isEqualTo("S256");
    }

    @Test
    void allowsDirectGrantsInTheDemoOnly() throws Exception {
        assertThat(
                        client(completed(Accounts.none()), "allodium-cli")
                                .get("directAccessGrantsEnabled")
                                .asBoolean())
                .isFalse();
        assertThat(
                        client(
                                        completed(
                                                Accounts.make(
                                                        AccountsFile.of(Checkout.root(), "demo"))),
                                        "allodium-cli")
                                .get("directAccessGrantsEnabled")
                                .asBoolean())
                .isTrue();
    }

    @Test
    void plainProfileHasNoPersonAndNoOrganisation() throws Exception {
        var realm = JsonMapper.shared().readTree(completed(Accounts.none()));
        assertThat(realm.get("users")).hasSize(1);
        assertThat(realm.has("organizations")).isFalse();
    }

    @Test
    void demoHasEveryPersonUnderTheSubjectOfTheDemoFile() throws Exception {
        var demo = Accounts.make(AccountsFile.of(Checkout.root(), "demo"));
        var realm = JsonMapper.shared().readTree(completed(demo));
        assertThat(realm.get("users")).hasSize(1 + demo.users().size());
        assertThat(realm.get("users").get(1).get("id").asString())
                .isEqualTo(demo.users().getFirst().subject());
        assertThat(realm.get("organizations")).hasSize(5);
        assertThat(realm.at("/organizations/0/members")).hasSize(4);
    }

    @Test
    void onboardingMayManageUsersAndOrganisationsAndNoMore() throws Exception {
        var realm = JsonMapper.shared().readTree(template());
        assertThat(realm.at("/users/0/clientRoles/realm-management"))
                .extracting(JsonNode::asString)
                .containsExactlyInAnyOrder(
                        "manage-users", "view-users", "query-users", "manage-organizations");
    }
}
