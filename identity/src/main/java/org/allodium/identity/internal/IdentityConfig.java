package org.allodium.identity.internal;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/// What identity takes from the surroundings, read once at startup.
/// @param portalSecret of Keycloak's client `allodium-portal`, through which people sign in
/// @param adminSecret of Keycloak's client `allodium-onboarding`
/// @param sendsMail whether the realm has a mail server, so that Keycloak writes to the invited
/// @param demo whether the launcher's demo keys may be taken over
/// @param trustedProxies addresses and networks whose word on where a request comes from counts
/// @param operationsToken the file with the token of this installation's own command line
public record IdentityConfig(
        URI portal,
        URI keycloak,
        String realm,
        String portalSecret,
        String adminSecret,
        Duration shortestKey,
        Duration longestKey,
        boolean sendsMail,
        boolean demo,
        String trustedProxies,
        Optional<Path> operationsToken) {
    public IdentityConfig {
        if (shortestKey.isNegative()
                || shortestKey.isZero()
                || longestKey.compareTo(shortestKey) < 0) {
            throw new IllegalArgumentException(
                    "allodium.identity.key.shortest must be positive and at most"
                            + " allodium.identity.key.longest");
        }
    }

    public static IdentityConfig read(Config config) {
        return new IdentityConfig(
                address(config, "allodium.portal.url", "http://localhost:9080"),
                address(config, "allodium.keycloak.url", "http://localhost:8180"),
                config.getOptionalValue("allodium.keycloak.realm", String.class).orElse("allodium"),
                config.getOptionalValue("allodium.keycloak.client.secret", String.class).orElse(""),
                config.getOptionalValue("allodium.keycloak.admin.secret", String.class).orElse(""),
                config.getOptionalValue("allodium.identity.key.shortest", Duration.class)
                        .orElse(Duration.ofDays(1)),
                config.getOptionalValue("allodium.identity.key.longest", Duration.class)
                        .orElse(Duration.ofDays(730)),
                config.getOptionalValue("allodium.identity.mail", Boolean.class).orElse(false),
                config.getOptionalValue("allodium.demo.file", String.class).isPresent(),
                config.getOptionalValue("allodium.trusted.proxies", String.class).orElse(""),
                config.getOptionalValue("allodium.operations.token.file", String.class)
                        .map(Path::of));
    }

    /// As it stands in every token.
    public String issuer() {
        return keycloak + "/realms/" + realm;
    }

    private static URI address(Config config, String name, String otherwise) {
        var text = config.getOptionalValue(name, String.class).orElse(otherwise);
        return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }
}
