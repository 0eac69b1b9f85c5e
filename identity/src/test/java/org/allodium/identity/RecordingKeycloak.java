package org.allodium.identity;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Writes down what it is asked, and answers as it was told to; 204 where it was told nothing.
public final class RecordingKeycloak implements AutoCloseable {
    public record Reply(int status, String body, @Nullable String location) {}

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final Map<String, Runnable> meanwhile = new ConcurrentHashMap<>();
    private final HttpServer server;

    public RecordingKeycloak() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Thread::startVirtualThread);
        server.createContext("/", this::answer);
        server.start();
        reply(
                "POST /realms/allodium/protocol/openid-connect/token",
                200,
                "{\"access_token\":\"service-token\",\"expires_in\":60}");
        reply("GET /admin/realms/allodium/organizations", 200, "[]");
        reply("GET /admin/realms/allodium/users", 200, "[]");
        reply("POST /admin/realms/allodium/organizations", 201, "", "/x/organizations/org-1");
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// `request` is method and path, without the query.
    public void reply(String request, int status, String body) {
        reply(request, status, body, null);
    }

    public void reply(String request, int status, String body, @Nullable String location) {
        replies.put(request, new Reply(status, body, location));
    }

    /// What happens after such a request has come and before it is answered.
    public void meanwhile(String request, Runnable work) {
        meanwhile.put(request, work);
    }

    /// Method, path with query and body of each, without those for tokens.
    public List<String> requests() {
        return requests.stream().filter(request -> !request.contains("/token ")).toList();
    }

    public long tokensAsked() {
        return requests.stream().filter(request -> request.contains("/token ")).count();
    }

    public void forget() {
        requests.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var uri = exchange.getRequestURI();
        requests.add(exchange.getRequestMethod() + " " + uri + " " + body);
        meanwhile.getOrDefault(exchange.getRequestMethod() + " " + uri.getPath(), () -> {}).run();
        var reply =
                replies.getOrDefault(
                        exchange.getRequestMethod() + " " + uri.getPath(),
                        new Reply(204, "", null));
        if (uri.getPath().startsWith("/admin")
                && !"Bearer service-token"
                        .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            reply = new Reply(401, "", null);
        }
        if (reply.location() != null) {
            exchange.getResponseHeaders().add("Location", reply.location());
        }
        var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
