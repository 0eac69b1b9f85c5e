package org.allodium.it.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Portkey's open-source gateway from the npm registry, with the versions of its own lock file:
/// it forwards, and checks, counts and keeps nothing. Installed once below `target`.
final class Portkey implements AutoCloseable {
    private static final String PACKAGE =
            """
            {"name":"peers","private":true,"dependencies":{"@portkey-ai/gateway":"1.15.2"},
            "overrides":{"@hono/node-server":"1.3.3","hono":"4.9.7"}}
            """;

    // Its start script names no host: every listener that names none binds the loopback address.
    private static final String LOOPBACK =
            """
            const net = require('net'), listen = net.Server.prototype.listen;
            net.Server.prototype.listen = function (port, ...rest) {
              if (port !== null && typeof port === 'object') {
                return listen.call(this, { host: '127.0.0.1', ...port }, ...rest);
              }
              const then = rest.find(x => typeof x === 'function');
              return listen.call(this, { port: Number(port), host: '127.0.0.1' }, then);
            };
            """;

    private final Process process;
    private final int port;

    private Portkey(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Empty where it cannot be had.
    static Optional<Portkey> start(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("package.json"), PACKAGE);
        Files.writeString(folder.resolve("loopback.cjs"), LOOPBACK);
        var script = folder.resolve("node_modules/@portkey-ai/gateway/build/start-server.js");
        if (!Files.exists(script) && !installed(folder)) {
            return Optional.empty();
        }
        int port = freePort();
        var builder =
                new ProcessBuilder(
                                "node",
                                "--require",
                                folder.resolve("loopback.cjs").toString(),
                                script.toString(),
                                "--port=" + port,
                                "--headless")
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("portkey.log").toFile());
        builder.environment().put("NODE_ENV", "production");
        var process = builder.start();
        for (int tries = 0; tries < 150 && process.isAlive(); tries++) {
            if (answers(port)) {
                return Optional.of(new Portkey(process, port));
            }
            LockSupport.parkNanos(200_000_000);
        }
        process.destroyForcibly();
        return Optional.empty();
    }

    private static boolean installed(Path folder) throws InterruptedException {
        try {
            var npm =
                    new ProcessBuilder("npm", "install", "--no-audit", "--no-fund")
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("npm.log").toFile())
                            .start();
            return npm.waitFor(5, TimeUnit.MINUTES) && npm.exitValue() == 0;
        } catch (IOException withoutNpm) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static boolean answers(int port) {
        try (var probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
