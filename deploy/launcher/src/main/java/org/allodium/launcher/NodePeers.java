package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How two nodes find and believe each other: where each listens, and keys that only they have.
/// See decision 0170.
final class NodePeers {
    static final String PORT = "ALLODIUM_SERVING_LINK_PORT";
    private static final String ADDRESS = "ALLODIUM_SERVING_LINK_ADDRESS";
    private static final String REACHED_AT = "ALLODIUM_SERVING_LINK_REACHED_AT";
    private static final String PEERS = "ALLODIUM_SERVING_LINK_PEERS";
    private static final String KEYS = "ALLODIUM_SERVING_LINK_KEYS";

    private static final int AFTER_THE_PORTALS = 2;
    private static final int NEXT_NODE = 10;
    private static final String STORE_PASSWORD = "KEYTOOL_STORE_PASSWORD";
    private static final String NEVER_ENDS_IN_DAYS = "36500";

    private NodePeers() {}

    /// @param settings of the first of two nodes
    /// @param which 0 for the first, 1 for the second
    static Map<String, String> settings(StackSettings settings, int which) {
        var own = new HashMap<String, String>();
        own.put(PORT, Integer.toString(port(settings) + which * NEXT_NODE));
        said(settings, REACHED_AT).ifPresent(first -> own.put(REACHED_AT, further(first, which)));
        if (said(settings, PEERS).isEmpty()) {
            var first =
                    said(settings, REACHED_AT)
                            .orElseGet(() -> address(settings) + ":" + port(settings));
            own.put(PEERS, first + "," + further(first, 1));
        }
        return own;
    }

    private static String further(String place, int which) {
        int colon = place.lastIndexOf(':');
        int port = number(REACHED_AT, place.substring(colon + 1));
        return place.substring(0, colon + 1) + (port + which * NEXT_NODE);
    }

    static int port(StackSettings settings) {
        return port(settings.ports(), settings.extra());
    }

    static int port(StackSettings.Ports ports, Map<String, String> extra) {
        return said(extra, PORT)
                .map(text -> number(PORT, text))
                .orElse(ports.portal() + AFTER_THE_PORTALS);
    }

    static String address(StackSettings settings) {
        return said(settings, ADDRESS).orElse("127.0.0.1");
    }

    /// Whether this node looks for others.
    static boolean isWanted(StackSettings node) {
        return said(node, PEERS).isPresent();
    }

    private static Optional<String> said(StackSettings settings, String name) {
        return said(settings.extra(), name);
    }

    private static Optional<String> said(Map<String, String> extra, String name) {
        return Optional.ofNullable(extra.get(name)).filter(text -> !text.isBlank());
    }

    private static int number(String name, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            throw new Trouble(name + " must end with a port, not \"" + text + "\".", notANumber);
        }
    }

    /// Keys that both nodes share, made once, unless this node is told of others.
    static void makeKeys(StackSettings node, DataFolder folder) {
        var keys = folder.secrets().resolve("link");
        if (isWanted(node) && said(node, KEYS).isEmpty() && !Files.exists(keys.resolve("ca.crt"))) {
            var draft = keys.resolve("draft.p12");
            try {
                DataFolder.delete(draft);
                Files.createDirectories(keys);
                write(keys, generate(draft));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (GeneralSecurityException failed) {
                throw new IllegalStateException(failed);
            } finally {
                DataFolder.delete(draft);
            }
        }
    }

    /// The JDK makes certificates by this tool alone.
    private static Pair generate(Path draft) throws IOException, GeneralSecurityException {
        var password = Secrets.password();
        var tool =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin/keytool")
                                                .toString(),
                                        "-genkeypair",
                                        "-alias",
                                        "node",
                                        "-keyalg",
                                        "EC",
                                        "-groupname",
                                        "secp256r1",
                                        "-dname",
                                        "CN=Allodium node",
                                        "-validity",
                                        NEVER_ENDS_IN_DAYS,
                                        "-storetype",
                                        "PKCS12",
                                        "-keystore",
                                        draft.toString(),
                                        "-storepass:env",
                                        STORE_PASSWORD))
                        .redirectErrorStream(true);
        tool.environment().put(STORE_PASSWORD, password);
        var process = tool.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new Trouble("keytool made no keys for the link between nodes: " + said.strip());
        }
        var store = KeyStore.getInstance(draft.toFile(), password.toCharArray());
        return new Pair(
                pem("PRIVATE KEY", store.getKey("node", password.toCharArray()).getEncoded()),
                pem("CERTIFICATE", store.getCertificate("node").getEncoded()));
    }

    private record Pair(String key, String certificate) {}

    /// The certificate is its own authority; it comes last, as the sign that all is there.
    private static void write(Path keys, Pair made) {
        keep(keys.resolve("tls.key"), made.key());
        keep(keys.resolve("tls.crt"), made.certificate());
        keep(keys.resolve("ca.crt"), made.certificate());
    }

    private static void keep(Path file, String content) {
        DataFolder.writePrivate(file, content.getBytes(StandardCharsets.US_ASCII));
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(what, Base64.getMimeEncoder().encodeToString(content), what);
    }
}
