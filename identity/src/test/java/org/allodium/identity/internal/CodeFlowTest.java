package org.allodium.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import jakarta.servlet.http.Cookie;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.allodium.identity.FakeIssuer;
import org.allodium.identity.PortalUser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodeFlowTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private final FakeIssuer keycloak = new FakeIssuer();
    private final IdentityConfig config = config(keycloak.keycloak());
    private final CodeFlow flow = new CodeFlow(config, CLOCK);
    private final SignInAttempt attempt =
            SignInAttempt.begin("/usage?month=3", Optional.of("code-1"), NOW);

    @AfterEach
    void close() {
        keycloak.close();
    }

    private static IdentityConfig config(URI keycloak) {
        return new IdentityConfig(
                URI.create("https://ai.example.org"),
                keycloak,
                "allodium",
                "portal secret",
                "",
                Duration.ofDays(1),
                Duration.ofDays(2),
                false,
                false,
                "",
                Optional.empty());
    }

    @Test
    void beginsAtKeycloakWithTheConfiguredAddressAndPassesHintsOn() {
        var address = flow.begin(attempt, Map.of("prompt", "create")).toString();
        assertThat(address)
                .startsWith(keycloak.issuer() + "/protocol/openid-connect/auth?")
                .contains("client_id=allodium-portal")
                .contains(
                        "redirect_uri=https%3A%2F%2Fai.example.org%2Foidcclient%2Fredirect%2Fkeycloak")
                .contains("state=" + attempt.state())
                .contains("nonce=" + attempt.nonce())
                .contains("code_challenge_method=S256")
                .contains("prompt=create")
                .doesNotContain(attempt.verifier());
    }

    @Test
    void letsInWhomTheIdTokenNames() throws Exception {
        var token = keycloak.sign(idToken().build());
        keycloak.grant = "{\"id_token\":\"" + token + "\",\"access_token\":\"x\"}";
        var signIn = flow.end(attempt, "the code");
        assertThat(signIn.user())
                .isEqualTo(new PortalUser("s-1", "ada", "Ada Låve", "ada@example.org", token));
        assertThat(signIn.addressVerified()).isTrue();
        assertThat(signIn.user().toString()).doesNotContain(token);
        assertThat(keycloak.exchanged)
                .contains("grant_type=authorization_code", "code=the+code")
                .contains("code_verifier=" + attempt.verifier())
                .contains("client_secret=portal+secret");
    }

    @Test
    void believesNoAddressThatKeycloakDoesNotVouchFor() throws Exception {
        grant(idToken().claim("email_verified", null).claim("name", null).build());
        var signIn = flow.end(attempt, "c");
        assertThat(signIn.addressVerified()).isFalse();
        assertThat(signIn.user().name()).isEqualTo("ada");
    }

    static Stream<UnaryOperator<JWTClaimsSet.Builder>> claimsThatProveNothing() {
        return Stream.of(
                claims -> claims.claim("nonce", "another"),
                claims -> claims.claim("nonce", null),
                claims -> claims.audience("allodium-cli"),
                claims -> claims.issuer("https://evil.example/realms/allodium"),
                claims -> claims.subject(null),
                claims -> claims.expirationTime(Date.from(NOW.minusSeconds(120))));
    }

    @ParameterizedTest
    @MethodSource("claimsThatProveNothing")
    void letsNobodyInOnAnotherToken(UnaryOperator<JWTClaimsSet.Builder> change) {
        grant(change.apply(idToken()).build());
        assertThatThrownBy(() -> flow.end(attempt, "c"))
                .isInstanceOfSatisfying(
                        CodeFlow.Failed.class, failed -> assertThat(failed.away()).isFalse());
    }

    @Test
    void letsNobodyInOnAForeignSignatureOrARefusedCode() {
        keycloak.grant =
                "{\"id_token\":\"" + keycloak.signWithForeignKey(idToken().build()) + "\"}";
        assertThatThrownBy(() -> flow.end(attempt, "c")).isInstanceOf(CodeFlow.Failed.class);
        keycloak.grant = "{\"error\":\"invalid_grant\"}";
        keycloak.grantStatus = 400;
        assertThatThrownBy(() -> flow.end(attempt, "c"))
                .isInstanceOfSatisfying(
                        CodeFlow.Failed.class, failed -> assertThat(failed.away()).isFalse());
    }

    @Test
    void saysWhenKeycloakIsAway() {
        var nowhere = new CodeFlow(config(URI.create("http://127.0.0.1:1")), CLOCK);
        assertThatThrownBy(() -> nowhere.end(attempt, "c"))
                .isInstanceOfSatisfying(
                        CodeFlow.Failed.class, failed -> assertThat(failed.away()).isTrue());
    }

    @Test
    void anAttemptIsFoundByItsOwnBrowserOnlyAndNotForEver() {
        var cookies = new SignInCookies(config, CLOCK);
        var cookie = cookies.keep(attempt);
        assertThat(cookies.find(new Cookie[] {cookie}, attempt.state())).contains(attempt);
        assertThat(cookie.getValue()).doesNotContain(attempt.verifier(), attempt.nonce());
        assertThat(cookie.isHttpOnly()).isTrue();
        assertThat(cookie.getSecure()).isTrue();
        assertThat(cookie.getAttribute("SameSite")).isEqualTo("Lax");
        var samePrefix = attempt.state().substring(0, 20) + "another";
        for (var state : new String[] {"", "x", samePrefix}) {
            assertThat(cookies.find(new Cookie[] {cookie}, state)).isEmpty();
        }
        assertThat(cookies.find(null, attempt.state())).isEmpty();
        var forged = new Cookie(cookie.getName(), withAnotherLetter(cookie.getValue()));
        assertThat(cookies.find(new Cookie[] {forged}, attempt.state())).isEmpty();
        var later = Clock.fixed(NOW.plus(Duration.ofMinutes(61)), ZoneOffset.UTC);
        assertThat(new SignInCookies(config, later).find(new Cookie[] {cookie}, attempt.state()))
                .isEmpty();
    }

    /// Not the last one, which carries bits that no reader looks at.
    private static String withAnotherLetter(String value) {
        int at = value.length() - 10;
        return value.substring(0, at)
                + (value.charAt(at) == 'A' ? 'B' : 'A')
                + value.substring(at + 1);
    }

    private void grant(JWTClaimsSet claims) {
        keycloak.grant = "{\"id_token\":\"" + keycloak.sign(claims) + "\"}";
    }

    private JWTClaimsSet.Builder idToken() {
        return new JWTClaimsSet.Builder()
                .issuer(keycloak.issuer())
                .subject("s-1")
                .audience("allodium-portal")
                .claim("typ", "ID")
                .claim("nonce", attempt.nonce())
                .claim("preferred_username", "ada")
                .claim("name", "Ada Låve")
                .claim("email", "ada@example.org")
                .claim("email_verified", true)
                .issueTime(Date.from(NOW))
                .expirationTime(Date.from(NOW.plusSeconds(300)));
    }
}
