package org.allodium.launcher;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What the launcher changes in a realm after its import: the portal's addresses, and mail.
final class RealmAdmin {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String LOGOUT = "post.logout.redirect.uris";

    /// How Keycloak writes several values into one attribute.
    private static final String BETWEEN = "##";

    private final String url;
    private final String name;
    private final String password;

    RealmAdmin(String url, String name, String password) {
        this.url = url;
        this.name = name;
        this.password = password;
    }

    void movePortal(List<String> from, List<String> to) {
        var token = token();
        var clients = url + "/admin/realms/" + Keycloak.REALM + "/clients";
        var found =
                JSON.readTree(
                        call(request(clients + "?clientId=allodium-portal", token).GET().build()));
        var client = (ObjectNode) found.get(0);
        move(client, from, to);
        call(
                request(clients + "/" + client.get("id").asString(), token)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(client.toString()))
                        .build());
    }

    /// What somebody added by hand stays.
    static void move(ObjectNode client, List<String> from, List<String> to) {
        client.put("baseUrl", to.getFirst());
        for (var field : List.of("redirectUris", "webOrigins")) {
            var before =
                    client.withArrayProperty(field)
                            .valueStream()
                            .map(uri -> uri.asString())
                            .toList();
            var after = JSON.createArrayNode();
            moved(before, from, to).forEach(after::add);
            client.set(field, after);
        }
        var attributes = client.withObjectProperty("attributes");
        var before = List.of(attributes.path(LOGOUT).asString("").split(BETWEEN));
        attributes.put(LOGOUT, moved(before, from, to).collect(Collectors.joining(BETWEEN)));
    }

    /// Each address below the portal's first one, once for each new address of it.
    private static Stream<String> moved(List<String> uris, List<String> from, List<String> to) {
        var first = List.of(from.getFirst());
        return uris.stream()
                .<String>mapMulti(
                        (uri, all) -> {
                            if (isOf(uri, first)) {
                                var path = uri.substring(from.getFirst().length());
                                to.forEach(url -> all.accept(url + path));
                            } else if (!isOf(uri, from)) {
                                all.accept(uri);
                            }
                        })
                .distinct();
    }

    private static boolean isOf(String uri, List<String> urls) {
        return urls.stream().anyMatch(url -> uri.equals(url) || uri.startsWith(url + "/"));
    }

    /// Only what is named changes.
    void changeRealm(String representation) {
        call(
                request(url + "/admin/realms/" + Keycloak.REALM, token())
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(representation))
                        .build());
    }

    private String token() {
        var form =
                "grant_type=password&client_id=admin-cli&username="
                        + URLEncoder.encode(name, StandardCharsets.UTF_8)
                        + "&password="
                        + URLEncoder.encode(password, StandardCharsets.UTF_8);
        var request =
                HttpRequest.newBuilder(
                                URI.create(url + "/realms/master/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build();
        return JSON.readTree(call(request)).get("access_token").asString();
    }

    private static HttpRequest.Builder request(String url, String token) {
        return HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + token);
    }

    private static String call(HttpRequest request) {
        var response = Http.send(request);
        if (response.statusCode() >= 300) {
            throw new Trouble(
                    "Keycloak refused a change of its settings (status "
                            + response.statusCode()
                            + "): start with the ports of the first start, or run ./allodium reset.");
        }
        return response.body();
    }
}
