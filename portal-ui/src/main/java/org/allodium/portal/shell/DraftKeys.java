package org.allodium.portal.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.allodium.kernel.Ids;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The key under which a person's browser keeps drafts: made from a secret of this installation, so
/// that nothing needs to be stored and nobody else at that browser can read them.
@ApplicationScoped
class DraftKeys {
    @Inject
    @ConfigProperty(name = "allodium.keycloak.client.secret")
    Optional<String> secret;

    // Without a secret a draft lives as long as this server runs.
    private final String fallback = Ids.secret(32);

    record DraftKey(String person, String key) {}

    DraftKey of(String subject) {
        return new DraftKey(
                Base64.getUrlEncoder().withoutPadding().encodeToString(mac("whose draft", subject)),
                Base64.getEncoder().encodeToString(mac("draft key", subject)));
    }

    private byte[] mac(String purpose, String subject) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.orElse(fallback).getBytes(UTF_8), "HmacSHA256"));
            return mac.doFinal((purpose + "\n" + subject).getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every Java", e);
        }
    }
}
