package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RealmAdminTest {
    private static final String FIRST = "http://localhost:9080";
    private static final String SECOND = "http://localhost:9090";

    private static ObjectNode client(String redirects, String origins, String logout) {
        return (ObjectNode)
                JsonMapper.shared()
                        .readTree(
                                """
                                {"baseUrl":"http://localhost:9080","redirectUris":[%s],"webOrigins":[%s],
                                 "attributes":{"post.logout.redirect.uris":"%s","other":"stays"}}
                                """
                                        .formatted(redirects, origins, logout));
    }

    private static final String ONE_REDIRECT =
            "\"http://localhost:9080/back\",\"https://by.hand/x\"";
    private static final String TWO_REDIRECTS =
            "\"http://localhost:9080/back\",\"http://localhost:9090/back\",\"https://by.hand/x\"";

    @Test
    void aSecondNodeIsLetInBesideTheFirst() {
        var client = client(ONE_REDIRECT, "\"http://localhost:9080\"", FIRST + "/*");
        RealmAdmin.move(client, List.of(FIRST), List.of(FIRST, SECOND));
        assertThat(client)
                .isEqualTo(
                        client(
                                TWO_REDIRECTS,
                                "\"http://localhost:9080\",\"http://localhost:9090\"",
                                FIRST + "/*##" + SECOND + "/*"));
    }

    @Test
    void oneThatIsGoneIsLetInNoMore() {
        var client =
                client(
                        TWO_REDIRECTS,
                        "\"http://localhost:9080\",\"http://localhost:9090\"",
                        FIRST + "/*##" + SECOND + "/*");
        RealmAdmin.move(client, List.of(FIRST, SECOND), List.of(FIRST));
        assertThat(client)
                .isEqualTo(client(ONE_REDIRECT, "\"http://localhost:9080\"", FIRST + "/*"));
    }

    @Test
    void anotherAddressTakesThePlaceOfTheOldOne() {
        var client = client(ONE_REDIRECT, "\"http://localhost:9080\"", FIRST + "/*");
        RealmAdmin.move(client, List.of(FIRST), List.of("https://ai.example"));
        assertThat(client.path("redirectUris").valueStream().map(uri -> uri.asString()))
                .containsExactly("https://ai.example/back", "https://by.hand/x");
        assertThat(client.path("baseUrl").asString()).isEqualTo("https://ai.example");
    }
}
