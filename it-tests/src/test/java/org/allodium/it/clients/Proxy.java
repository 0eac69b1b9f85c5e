package org.allodium.it.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.allodium.it.product.Product;

/// A proxy of the distribution in front of the product, as `deploy/proxy` sets it up.
enum Proxy {
    NGINX("nginx"),
    HAPROXY("haproxy");

    private final String program;

    Proxy(String program) {
        this.program = program;
    }

    /// Installs it where that can be done without asking anybody.
    boolean isHere() throws IOException, InterruptedException {
        if (binary() == null && System.getProperty("user.name").equals("root")) {
            new ProcessBuilder(
                            "sh",
                            "-c",
                            "command -v apt-get > /dev/null && apt-get update -q && DEBIAN_FRONTEND=noninteractive"
                                    + " apt-get install -y -q --no-install-recommends "
                                    + program)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(5, TimeUnit.MINUTES);
        }
        return binary() != null;
    }

    @org.jspecify.annotations.Nullable
    Path binary() {
        return List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin").stream()
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    Running start(Path folder) throws IOException, InterruptedException {
        int port = freePort();
        var given = this == NGINX ? "nginx.conf" : "haproxy.cfg";
        var text =
                oneNode(Files.readString(Product.root().resolve("deploy/proxy").resolve(given)))
                        .replace("listen 80;", "listen 127.0.0.1:" + port + ";")
                        .replace("0.0.0.0:80\n", "127.0.0.1:" + port + "\n")
                        .replace("127.0.0.1:9080", address(Product.portal()))
                        .replace("127.0.0.1:8180", address(Product.issuer()));
        var file = Files.writeString(folder.resolve(given), text);
        if (this == NGINX) {
            var whole =
                    "daemon off; pid %1$s/pid; error_log %1$s/error.log; events {}\nhttp { access_log off; client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/f; uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s; include %2$s; }"
                            .formatted(folder, file);
            file = Files.writeString(folder.resolve("whole.conf"), whole);
        }
        var command =
                this == NGINX
                        ? List.of(
                                String.valueOf(binary()),
                                "-p",
                                folder.toString(),
                                "-c",
                                file.toString())
                        : List.of(String.valueOf(binary()), "-db", "-f", file.toString());
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("out").toFile())
                        .start();
        var running = new Running(process, port);
        running.awaitOpen(folder);
        return running;
    }

    /// As the files say for where there is no second one.
    private static String oneNode(String text) {
        return text.lines()
                .filter(line -> !line.contains(":9090"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String address(String url) {
        return "127.0.0.1:" + URI.create(url).getPort();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    record Running(Process process, int port) implements AutoCloseable {
        void awaitOpen(Path folder) throws IOException, InterruptedException {
            for (int look = 0; look < 400 && !isOpen(); look++) {
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
            if (process.isAlive() && isOpen()) {
                return;
            }
            throw new IOException("It does not start: " + Files.readString(folder.resolve("out")));
        }

        private boolean isOpen() {
            try (var socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
