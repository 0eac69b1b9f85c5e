package org.allodium.identity.internal;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import jakarta.servlet.http.Cookie;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Keeps a sign-in's attempt in the browser that makes it, sealed: opening a thousand of them costs
/// this server nothing. Each has a cookie of its own, so that two tabs can sign in at once.
public final class SignInCookies {
    private static final String NAME = "allodium-sign-in-";
    private static final int NAMED_BY = 16;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final byte[] key;
    private final boolean secure;
    private final Clock clock;

    /// Every node of an installation knows the client's secret, so each can end what another began.
    public SignInCookies(IdentityConfig config, Clock clock) {
        this.key = OpaqueTokens.hash("sign-in attempt " + config.portalSecret());
        this.secure = "https".equals(config.portal().getScheme());
        this.clock = clock;
    }

    Cookie keep(SignInAttempt attempt) {
        return cookie(attempt.state(), seal(attempt), (int) SignInAttempt.LIFESPAN.toSeconds());
    }

    Cookie forget(String state) {
        return cookie(state, "", 0);
    }

    /// The attempt that this browser began under this state, unless it is too old.
    Optional<SignInAttempt> find(Cookie @Nullable [] cookies, String state) {
        return Stream.ofNullable(cookies)
                .flatMap(Arrays::stream)
                .filter(cookie -> cookie.getName().equals(name(state)))
                .flatMap(cookie -> open(cookie.getValue()).stream())
                .filter(attempt -> OpaqueTokens.same(attempt.state(), state))
                .filter(attempt -> !attempt.isOverAt(clock.instant()))
                .findFirst();
    }

    private Cookie cookie(String state, String value, int seconds) {
        var cookie = new Cookie(name(state), value);
        cookie.setHttpOnly(true);
        cookie.setSecure(secure);
        cookie.setPath(CodeFlow.RETURN_PATH);
        cookie.setMaxAge(seconds);
        // Strict would keep it from the return, which Keycloak's site asks for.
        cookie.setAttribute("SameSite", "Lax");
        return cookie;
    }

    private static String name(String state) {
        return NAME + state.substring(0, Math.min(NAMED_BY, state.length()));
    }

    private String seal(SignInAttempt attempt) {
        var content =
                JSON.createObjectNode()
                        .put("state", attempt.state())
                        .put("nonce", attempt.nonce())
                        .put("verifier", attempt.verifier())
                        .put("to", attempt.to())
                        .put("invitation", attempt.invitation().orElse(null))
                        .put("begun", attempt.begun().getEpochSecond());
        var sealed =
                new JWEObject(
                        new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A256GCM),
                        new Payload(JSON.writeValueAsString(content)));
        try {
            sealed.encrypt(new DirectEncrypter(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("Every Java platform has AES-GCM", e);
        }
        return sealed.serialize();
    }

    private Optional<SignInAttempt> open(String value) {
        try {
            var sealed = JWEObject.parse(value);
            sealed.decrypt(new DirectDecrypter(key));
            var content = JSON.readTree(sealed.getPayload().toBytes());
            return Optional.of(
                    new SignInAttempt(
                            content.path("state").asString(),
                            content.path("nonce").asString(),
                            content.path("verifier").asString(),
                            content.path("to").asString(),
                            Optional.ofNullable(content.path("invitation").asString(null)),
                            Instant.ofEpochSecond(content.path("begun").asLong())));
        } catch (ParseException | JOSEException | JacksonException notOurs) {
            return Optional.empty();
        }
    }
}
