package org.allodium.identity.internal.keycloak;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Tenant;
import tools.jackson.databind.JsonNode;

/// Tells Keycloak of organisations and people, as service account `allodium-onboarding`. Every act
/// may be repeated: what is already so stays so.
public final class KeycloakAdmin {
    /// The organisation's attribute, by which we find it again whatever it is called.
    private static final String TENANT = "tenant";
    private static final int PAGE = 100;

    private final KeycloakWire wire;
    private final String realm;

    public KeycloakAdmin(URI keycloak, String realm, String secret, Clock clock) {
        this.realm = "/admin/realms/" + realm;
        this.wire = new KeycloakWire(keycloak, realm, secret, clock);
    }

    /// Whether people can sign in now: Keycloak answers for our realm.
    public boolean reachable() {
        return wire.reachable();
    }

    /// Keycloak's id of the tenant's organisation, which is made if there is none.
    public String ensureOrganisation(Tenant tenant) {
        return findByTenant(tenant)
                .or(() -> create(tenant, tenant.name()))
                .or(() -> takeOver(tenant))
                // Two organisations may share a name here, but not there.
                .or(() -> create(tenant, tenant.name() + " (" + tenant.slug() + ")"))
                .orElseThrow(
                        () ->
                                Refused.of(
                                        ErrorCode.UPSTREAM_FAILED,
                                        "identity.keycloak-organisation-taken",
                                        tenant.slug()));
    }

    /// An account that is gone cannot sign in, so there is nobody to enter (404).
    public void addMember(String organisation, String subject) {
        wire.send("POST", organisations() + "/" + organisation + "/members", subject)
                .demand(201, 204, 404, 409);
    }

    public void removeMember(String organisation, String subject) {
        wire.send("DELETE", organisations() + "/" + organisation + "/members/" + subject, null)
                .demand(204, 404);
    }

    public Optional<KeycloakAccount> findByEmail(String email) {
        var found =
                wire.send(
                                "GET",
                                realm + "/users?exact=true&email=" + KeycloakWire.encode(email),
                                null)
                        .demand(200)
                        .json();
        return found.valueStream().findFirst().map(KeycloakAdmin::account);
    }

    /// Makes an account without a password; [#writeTo] lets its owner set one.
    public String createAccount(String email, String name) {
        var names = name.strip().split("\\s+", 2);
        return wire.send(
                        "POST",
                        realm + "/users",
                        Map.of(
                                "username",
                                email,
                                "email",
                                email,
                                "firstName",
                                names[0],
                                "lastName",
                                names.length > 1 ? names[1] : "",
                                "enabled",
                                true,
                                "requiredActions",
                                List.of("UPDATE_PASSWORD", "VERIFY_EMAIL")))
                .demand(201)
                .createdId();
    }

    /// Has Keycloak send the mail in which the account is activated.
    public void writeTo(String subject, URI portal) {
        wire.send(
                        "PUT",
                        realm
                                + "/users/"
                                + subject
                                + "/execute-actions-email?client_id=allodium-portal&redirect_uri="
                                + KeycloakWire.encode(portal + "/login"),
                        List.of("UPDATE_PASSWORD", "VERIFY_EMAIL"))
                .demand(204);
    }

    public void deleteAccount(String subject) {
        wire.send("DELETE", realm + "/users/" + subject, null).demand(204, 404);
    }

    private Optional<String> findByTenant(Tenant tenant) {
        return wire.send("GET", organisations() + "?q=" + TENANT + ":" + tenant.id(), null)
                .demand(200)
                .json()
                .valueStream()
                .findFirst()
                .map(found -> found.path("id").asString());
    }

    /// Empty if Keycloak says that name, alias or domain is taken.
    private Optional<String> create(Tenant tenant, String name) {
        var answer = wire.send("POST", organisations(), description(tenant, name)).demand(201, 409);
        return answer.status() == 409 ? Optional.empty() : Optional.of(answer.createdId());
    }

    /// An organisation of our alias that belongs to no other tenant: it came with the realm, or
    /// another node made it a moment ago.
    private Optional<String> takeOver(Tenant tenant) {
        for (int first = 0; ; first += PAGE) {
            var page =
                    wire.send(
                                    "GET",
                                    organisations()
                                            + "?briefRepresentation=false&first="
                                            + first
                                            + "&max="
                                            + PAGE,
                                    null)
                            .demand(200)
                            .json();
            var found =
                    page.valueStream()
                            .filter(one -> one.path("alias").asString("").equals(tenant.slug()))
                            .filter(one -> isFreeFor(one, tenant))
                            .findFirst();
            if (found.isPresent()) {
                return Optional.of(mark(found.get(), tenant));
            }
            if (page.size() < PAGE) {
                return Optional.empty();
            }
        }
    }

    private static boolean isFreeFor(JsonNode organisation, Tenant tenant) {
        var owner = organisation.path("attributes").path(TENANT);
        return owner.isEmpty() || owner.path(0).asString("").equals(tenant.id().toString());
    }

    private String mark(JsonNode organisation, Tenant tenant) {
        var id = organisation.path("id").asString();
        var marked = organisation.asObject().deepCopy();
        marked.withObjectProperty("attributes").putArray(TENANT).add(tenant.id().toString());
        wire.send("PUT", organisations() + "/" + id, marked).demand(204);
        return id;
    }

    private static Map<String, Object> description(Tenant tenant, String name) {
        return Map.of(
                "name", name,
                "alias", tenant.slug(),
                "enabled", true,
                "attributes", Map.of(TENANT, List.of(tenant.id().toString())),
                // Keycloak wants a domain of its own for each; mail never comes from this one.
                "domains",
                        List.of(
                                Map.of(
                                        "name",
                                        tenant.id() + ".allodium.invalid",
                                        "verified",
                                        false)));
    }

    private static KeycloakAccount account(JsonNode user) {
        var name =
                (user.path("firstName").asString("") + " " + user.path("lastName").asString(""))
                        .strip();
        return new KeycloakAccount(
                user.path("id").asString(),
                name.isEmpty() ? user.path("username").asString() : name,
                user.path("email").asString(""),
                user.path("emailVerified").asBoolean(false));
    }

    private String organisations() {
        return realm + "/organizations";
    }
}
