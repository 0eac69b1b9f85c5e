package org.allodium.serving.internal.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// What a node shows the others, and whom it believes: `tls.key`, `tls.crt` and `ca.crt` as
/// Kubernetes lays them out. Nobody is believed but who has a certificate from `ca.crt`.
final class LinkKeys {
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----(.+?)-----END PRIVATE KEY-----", Pattern.DOTALL);

    /// Of a store that is never written anywhere.
    private static final char[] NO_PASSWORD = {};

    private LinkKeys() {}

    /// Throws in words where the folder does not hold what it must: nodes never speak in the clear.
    static SSLContext open(Path folder) {
        try {
            var chain = certificates(folder.resolve("tls.crt"));
            var own = KeyStore.getInstance("PKCS12");
            own.load(null, NO_PASSWORD);
            own.setKeyEntry(
                    "node",
                    key(folder.resolve("tls.key"), chain.getFirst()),
                    NO_PASSWORD,
                    chain.toArray(Certificate[]::new));
            var others = KeyStore.getInstance("PKCS12");
            others.load(null, NO_PASSWORD);
            for (var authority : certificates(folder.resolve("ca.crt"))) {
                others.setCertificateEntry("authority-" + others.size(), authority);
            }
            var shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            shown.init(own, NO_PASSWORD);
            var believed =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            believed.init(others);
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(shown.getKeyManagers(), believed.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
            throw new IllegalStateException(
                    "The link between nodes needs tls.key (PKCS #8), tls.crt and ca.crt in PEM in "
                            + folder,
                    unusable);
        }
    }

    private static List<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            var found =
                    List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (found.isEmpty()) {
                throw new IOException(file + " holds no certificate");
            }
            return found;
        }
    }

    private static PrivateKey key(Path file, Certificate certificate)
            throws IOException, GeneralSecurityException {
        var pem = KEY.matcher(Files.readString(file));
        if (!pem.find()) {
            throw new IOException(file + " holds no private key in PKCS #8");
        }
        return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                .generatePrivate(
                        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
    }
}
