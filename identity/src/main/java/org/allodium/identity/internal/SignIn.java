package org.allodium.identity.internal;

import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.Subject;
import org.allodium.identity.PortalUser;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the server learned when it let somebody in: it has checked the id token and keeps it among
/// the caller's private credentials.
///
/// @param addressVerified whether Keycloak vouches that the address is this person's
public record SignIn(PortalUser user, boolean addressVerified) {
    private static final String ID_TOKEN = "id_token";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// Of the request that this thread serves; empty if nobody signed in.
    public static Optional<SignIn> current() {
        return Optional.ofNullable(callerSubject()).flatMap(SignIn::of);
    }

    static Optional<SignIn> of(Subject subject) {
        for (Map<?, ?> credentials : subject.getPrivateCredentials(Map.class)) {
            if (credentials.get(ID_TOKEN) instanceof String token) {
                return read(token);
            }
        }
        return Optional.empty();
    }

    private static Optional<SignIn> read(String token) {
        var parts = token.split("\\.", -1);
        try {
            var claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            var subject = text(claims, "sub");
            if (subject.isEmpty()) {
                return Optional.empty();
            }
            var username = text(claims, "preferred_username");
            var name = text(claims, "name");
            return Optional.of(
                    new SignIn(
                            new PortalUser(
                                    subject,
                                    username,
                                    name.isEmpty() ? username : name,
                                    text(claims, "email"),
                                    token),
                            claims.path("email_verified").asBoolean(false)));
        } catch (JacksonException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalStateException("The server let in a token that cannot be read", e);
        }
    }

    private static String text(JsonNode claims, String name) {
        return claims.path(name).asString("").strip();
    }

    /// Open Liberty's own class, named here and nowhere else: nothing that is built may lean on it.
    private static @Nullable Subject callerSubject() {
        try {
            return (Subject)
                    Class.forName(
                                    "com.ibm.websphere.security.auth.WSSubject",
                                    true,
                                    Thread.currentThread().getContextClassLoader())
                            .getMethod("getCallerSubject")
                            .invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This server does not say who signed in", e);
        }
    }
}
