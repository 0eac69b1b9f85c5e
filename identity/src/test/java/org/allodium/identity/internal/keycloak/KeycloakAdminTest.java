package org.allodium.identity.internal.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.allodium.identity.RecordingKeycloak;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeycloakAdminTest {
    private static final String ADMIN = "/admin/realms/allodium";
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private final RecordingKeycloak keycloak = new RecordingKeycloak();
    private final KeycloakAdmin admin = at(NOW);
    private final Tenant tenant =
            new Tenant(
                    new TenantId(UUID.randomUUID()),
                    "river-school",
                    "River School",
                    OrganisationKind.RESEARCH,
                    "XA",
                    "1",
                    new Limits(1, 1, 1),
                    NOW);

    @AfterEach
    void close() {
        keycloak.close();
    }

    @Test
    void asksForATokenOnceAndAgainWhenKeycloakForgotIt() {
        admin.addMember("org-1", "a");
        admin.addMember("org-1", "b");
        assertThat(keycloak.tokensAsked()).isEqualTo(1);
        keycloak.reply("POST " + ADMIN + "/organizations/org-1/members", 401, "");
        assertThat(failure(() -> admin.addMember("org-1", "c")).code())
                .isEqualTo(ErrorCode.UPSTREAM_FAILED);
        assertThat(keycloak.tokensAsked()).isEqualTo(2);
    }

    @Test
    void givesATokenUpBeforeItEnds() {
        var late = new KeycloakAdmin(keycloak.address(), "allodium", "s", new LateClock());
        late.removeMember("org-1", "a");
        late.removeMember("org-1", "a");
        assertThat(keycloak.tokensAsked()).isEqualTo(2);
    }

    @Test
    void findsWhatItMadeByTheTenantsId() {
        keycloak.reply("GET " + ADMIN + "/organizations", 200, "[{\"id\":\"known\"}]");
        assertThat(admin.ensureOrganisation(tenant)).isEqualTo("known");
        assertThat(keycloak.requests())
                .containsExactly("GET " + ADMIN + "/organizations?q=tenant:" + tenant.id() + " ");
    }

    @Test
    void aRefusalNamesNeitherAddressNorSecretToTheClient() {
        keycloak.reply("POST " + ADMIN + "/organizations", 403, "{\"error\":\"unknown\"}");
        var failure = failure(() -> admin.ensureOrganisation(tenant));
        assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
        assertThat(failure.english()).doesNotContain("127.0.0.1", "admin");
        assertThat(failure.getCause()).hasMessageContaining("403");
    }

    @Test
    void anAnswerThatIsNoJsonIsAFailure() {
        keycloak.reply("GET " + ADMIN + "/users", 200, "<html>");
        assertThat(failure(() -> admin.findByEmail("a@example.org")).english())
                .contains("not understood");
    }

    @Test
    void activatesAnAccountByMail() {
        keycloak.reply("POST " + ADMIN + "/users", 201, "", "http://x/users/user-9");
        assertThat(admin.createAccount("a@example.org", "Ann Mary Lee")).isEqualTo("user-9");
        admin.writeTo("user-9", URI.create("http://localhost:9080"));
        assertThat(keycloak.requests().getFirst())
                .contains(
                        "\"firstName\":\"Ann\"",
                        "\"lastName\":\"Mary Lee\"",
                        "\"email\":\"a@example.org\"")
                .doesNotContain("password\"");
        assertThat(keycloak.requests().getLast())
                .isEqualTo(
                        "PUT "
                                + ADMIN
                                + "/users/user-9/execute-actions-email?client_id=allodium-portal"
                                + "&redirect_uri=http%3A%2F%2Flocalhost%3A9080%2Flogin"
                                + " [\"UPDATE_PASSWORD\",\"VERIFY_EMAIL\"]");
    }

    @Test
    void isReachableWhenTheRealmAnswers() {
        keycloak.reply("GET /realms/allodium/.well-known/openid-configuration", 200, "{}");
        assertThat(admin.reachable()).isTrue();
        keycloak.reply("GET /realms/allodium/.well-known/openid-configuration", 503, "");
        assertThat(admin.reachable()).isFalse();
        keycloak.close();
        assertThat(admin.reachable()).isFalse();
    }

    private KeycloakAdmin at(Instant time) {
        return new KeycloakAdmin(
                keycloak.address(), "allodium", "s", Clock.fixed(time, ZoneOffset.UTC));
    }

    private static Refused failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        var thrown = catchThrowableOfType(Refused.class, work);
        assertThat(thrown).isNotNull();
        return thrown;
    }

    /// Each look is a minute later than the last.
    private static final class LateClock extends Clock {
        private Instant now = NOW;

        @Override
        public Instant instant() {
            now = now.plus(Duration.ofMinutes(1));
            return now;
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
