package org.allodium.launcher;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/// What the launcher changes in a realm after its import: the portal's address, and mail.
final class RealmAdmin {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String url;
    private final String name;
    private final String password;

    RealmAdmin(String url, String name, String password) {
        this.url = url;
        this.name = name;
        this.password = password;
    }

    void movePortal(String from, String to) {
        var token = token();
        var clients = url + "/admin/realms/" + Keycloak.REALM + "/clients";
        var found =
                JSON.readTree(
                        call(request(clients + "?clientId=allodium-portal", token).GET().build()));
        var client = found.get(0);
        var moved = client.toString().replace(from, to);
        call(
                request(clients + "/" + client.get("id").asString(), token)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(moved))
                        .build());
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
