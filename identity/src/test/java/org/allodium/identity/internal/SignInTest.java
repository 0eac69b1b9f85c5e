package org.allodium.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The parts of signing in and out that need no server.
class SignInTest {
    private static final URI PORTAL = URI.create("http://localhost:9080");

    @ParameterizedTest
    @ValueSource(strings = {"/", "/models", "/projects/1?tab=keys", "/a//b"})
    void leadsToAPageOfThisPortal(String wish) {
        assertThat(LocalPath.of(wish)).isEqualTo(wish);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "models",
                "//evil.example",
                "/\\evil.example",
                "\\\\evil.example",
                "http://evil.example",
                "javascript:alert(1)",
                "/\t/evil.example",
                "/x\r\nSet-Cookie: a=b",
                "/login",
                "/oidcclient/redirect/keycloak?code=x",
                "/logout"
            })
    void leadsNowhereElse(String wish) {
        assertThat(LocalPath.of(wish)).isEqualTo("/");
    }

    @ParameterizedTest
    @CsvSource({
        "same-origin, , , true",
        "none, , , true",
        "cross-site, , , false",
        "cross-site, http://localhost:9080, , false",
        ", http://localhost:9080, , true",
        ", http://evil.example, , false",
        ", null, , false",
        ", , http://localhost:9080/models, true",
        ", , http://localhost:9080.evil.example/, false",
        ", , , true",
    })
    void noOtherSiteSignsAnybodyOut(
            @Nullable String fetchSite,
            @Nullable String origin,
            @Nullable String referer,
            boolean allowed) {
        assertThat(LogoutServlet.isAskedByUs(fetchSite, origin, referer, PORTAL))
                .isEqualTo(allowed);
    }

    @Test
    void endsKeycloaksSessionToo() {
        var config =
                new IdentityConfig(
                        PORTAL,
                        URI.create("http://localhost:8180"),
                        "allodium",
                        "",
                        "",
                        Duration.ofDays(1),
                        Duration.ofDays(2),
                        false,
                        false,
                        "",
                        Optional.empty());
        assertThat(LogoutServlet.endOfSession(config, Optional.of("a.b.c")))
                .isEqualTo(
                        "http://localhost:8180/realms/allodium/protocol/openid-connect/logout"
                                + "?client_id=allodium-portal"
                                + "&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A9080%2F"
                                + "&id_token_hint=a.b.c");
    }
}
