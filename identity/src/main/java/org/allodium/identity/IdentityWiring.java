package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.allodium.identity.internal.AccessTokens;
import org.allodium.identity.internal.CodeFlow;
import org.allodium.identity.internal.IdentityConfig;
import org.allodium.identity.internal.OperationsToken;
import org.allodium.identity.internal.SignInCookies;
import org.allodium.identity.internal.keycloak.KeycloakAdmin;
import org.eclipse.microprofile.config.ConfigProvider;

/// Identity's plain objects, made once.
@ApplicationScoped
class IdentityWiring {
    void prepare(@Observes Startup start, AccessTokens tokens) {
        tokens.prepare();
    }

    @Produces
    @Singleton
    IdentityConfig config() {
        return IdentityConfig.read(ConfigProvider.getConfig());
    }

    @Produces
    @Singleton
    AccessTokens tokens(IdentityConfig config, Clock clock) {
        return new AccessTokens(config.issuer(), clock);
    }

    @Produces
    @Singleton
    CodeFlow codeFlow(IdentityConfig config, Clock clock) {
        return new CodeFlow(config, clock);
    }

    @Produces
    @Singleton
    SignInCookies signInCookies(IdentityConfig config, Clock clock) {
        return new SignInCookies(config, clock);
    }

    @Produces
    @Singleton
    OperationsToken operationsToken(IdentityConfig config) {
        return new OperationsToken(config.operationsToken());
    }

    @Produces
    @Singleton
    KeycloakAdmin keycloak(IdentityConfig config, Clock clock) {
        return new KeycloakAdmin(config.keycloak(), config.realm(), config.adminSecret(), clock);
    }
}
