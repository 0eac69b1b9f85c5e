package org.allodium.identity.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// OpenID Connect's authorization code flow with PKCE against our realm: the address that begins
/// it, and what the code that comes back proves. Every address is made of the configured ones,
/// never of what a request claims. See decision 0100.
public final class CodeFlow {
    /// As realms know it since the first installation; changing it would lock their people out.
    static final String RETURN_PATH = "/oidcclient/redirect/keycloak";

    static final String CLIENT = "allodium-portal";
    private static final Logger LOG = LoggerFactory.getLogger(CodeFlow.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// Somebody waits who wants to go.
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(3);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final IdentityConfig config;
    private final Clock clock;
    private final JWSVerificationKeySelector<SecurityContext> keys;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();

    public CodeFlow(IdentityConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.keys =
                new JWSVerificationKeySelector<>(
                        JWSAlgorithm.RS256, AccessTokens.keys(config.issuer()));
    }

    /// The sign-in came to nothing; nobody is let in.
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        /// Keycloak does not answer, so that trying again later may help.
        private final boolean away;

        Failed(String what, boolean away, Throwable cause) {
            super(what, cause);
            this.away = away;
        }

        Failed(String what) {
            super(what);
            this.away = false;
        }

        boolean away() {
            return away;
        }
    }

    /// Where the browser signs in. `hints` are passed on: how to begin, in which language, as whom.
    URI begin(SignInAttempt attempt, Map<String, String> hints) {
        var query = new LinkedHashMap<String, String>();
        query.put("response_type", "code");
        query.put("client_id", CLIENT);
        query.put("redirect_uri", returnAddress());
        query.put("scope", "openid profile email organization");
        query.put("state", attempt.state());
        query.put("nonce", attempt.nonce());
        query.put("code_challenge", challenge(attempt.verifier()));
        query.put("code_challenge_method", "S256");
        query.putAll(hints);
        return URI.create(endpoint("auth") + "?" + form(query));
    }

    /// Exchanges the code for an id token and checks that.
    SignIn end(SignInAttempt attempt, String code) throws Failed {
        var idToken = exchange(attempt, code);
        try {
            var claims = verify(idToken, attempt.nonce());
            return SignIn.of(claims, idToken);
        } catch (KeySourceException e) {
            throw new Failed("Keycloak's keys cannot be read", true, e);
        } catch (BadJOSEException | JOSEException | ParseException e) {
            throw new Failed("Keycloak's id token proves nothing here", false, e);
        }
    }

    private JWTClaimsSet verify(String idToken, String nonce)
            throws BadJOSEException, JOSEException, ParseException {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(keys);
        processor.setJWTClaimsSetVerifier(new Claims(config.issuer(), nonce, clock));
        return processor.process(idToken, null);
    }

    private String exchange(SignInAttempt attempt, String code) throws Failed {
        var fields = new LinkedHashMap<String, String>();
        fields.put("grant_type", "authorization_code");
        fields.put("code", code);
        fields.put("redirect_uri", returnAddress());
        fields.put("client_id", CLIENT);
        fields.put("client_secret", config.portalSecret());
        fields.put("code_verifier", attempt.verifier());
        var request =
                HttpRequest.newBuilder(URI.create(endpoint("token")))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Accept", "application/json")
                        .POST(BodyPublishers.ofString(form(fields)))
                        .build();
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new Failed(
                        "Keycloak takes no code: " + answer.statusCode(),
                        answer.statusCode() >= 500,
                        new IOException(error(answer.body())));
            }
            return JSON.readTree(answer.body()).path("id_token").asString("");
        } catch (IOException | JacksonException e) {
            throw new Failed("Keycloak does not answer", true, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("Keycloak was not waited for", true, e);
        }
    }

    /// Ends Keycloak's session of this token. Where it does not answer, the browser still may.
    void endSession(String idToken) {
        var fields = Map.of("client_id", CLIENT, "id_token_hint", idToken);
        var request =
                HttpRequest.newBuilder(URI.create(endpoint("logout") + "?" + form(fields)))
                        .timeout(SHORT_PATIENCE)
                        .GET()
                        .build();
        try {
            int status = http.send(request, BodyHandlers.discarding()).statusCode();
            if (status >= 400) {
                LOG.warn("Keycloak did not end a session: {}", status);
            }
        } catch (IOException e) {
            LOG.warn("Keycloak could not be asked to end a session", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Keycloak's own word for what it did not like; never the whole body.
    private static String error(String body) {
        try {
            return JSON.readTree(body).path("error").asString("no reason given");
        } catch (JacksonException e) {
            return "an answer that is not JSON";
        }
    }

    String returnAddress() {
        return config.portal() + RETURN_PATH;
    }

    private String endpoint(String name) {
        return config.issuer() + "/protocol/openid-connect/" + name;
    }

    private static String challenge(String verifier) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(OpaqueTokens.hash(verifier));
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    /// Issuer, audience, nonce and time; the time is our clock's.
    private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
        private final Clock clock;

        Claims(String issuer, String nonce, Clock clock) {
            super(
                    CLIENT,
                    new JWTClaimsSet.Builder().issuer(issuer).claim("nonce", nonce).build(),
                    Set.of("sub", "exp", "iat"));
            this.clock = clock;
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }
    }
}
