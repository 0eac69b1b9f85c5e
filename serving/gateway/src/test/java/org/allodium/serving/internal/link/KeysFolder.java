package org.allodium.serving.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/// Keys of a node, made by the JDK's own tool.
final class KeysFolder {
    private static final String PASSWORD = "of a test";

    private KeysFolder() {}

    /// Of an installation of its own: no other folder's nodes are believed.
    static Path make(Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        Files.createDirectories(folder);
        var store = folder.resolve("store.p12");
        var tool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                                "-genkeypair",
                                "-alias",
                                "node",
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                "CN=node",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .start();
        var said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor()).as(said).isZero();
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        var certificate = pem("CERTIFICATE", keys.getCertificate("node").getEncoded());
        Files.writeString(
                folder.resolve("tls.key"),
                pem("PRIVATE KEY", keys.getKey("node", PASSWORD.toCharArray()).getEncoded()));
        Files.writeString(folder.resolve("tls.crt"), certificate);
        Files.writeString(folder.resolve("ca.crt"), certificate);
        return folder;
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(what, Base64.getMimeEncoder().encodeToString(content), what);
    }
}
