package org.allodium.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands where Keycloak publishes its keys, and signs tokens as Keycloak writes them.
public final class FakeIssuer implements AutoCloseable {
    final AtomicInteger fetched = new AtomicInteger();

    /// What the token endpoint was sent last, and what it answers.
    public volatile String exchanged = "";

    public volatile String grant = "";
    public volatile int grantStatus = 200;

    private final HttpServer server;
    private volatile RSAKey key = newKey();

    public FakeIssuer() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext(
                "/realms/allodium/protocol/openid-connect/certs",
                exchange -> {
                    fetched.incrementAndGet();
                    byte[] keys =
                            new JWKSet(key.toPublicJWK())
                                    .toString()
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, keys.length);
                    exchange.getResponseBody().write(keys);
                    exchange.close();
                });
        server.createContext(
                "/realms/allodium/protocol/openid-connect/token",
                exchange -> {
                    exchanged =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    byte[] answer = grant.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(grantStatus, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
    }

    public URI keycloak() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public String issuer() {
        return keycloak() + "/realms/allodium";
    }

    void turnKey() {
        key = newKey();
    }

    /// As the realm issues it to `allodium-cli` for a member of `organisation`.
    JWTClaimsSet.Builder claims(String subject, Instant now, Object organisation) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject(subject)
                .audience(List.of("account"))
                .claim("azp", "allodium-cli")
                .claim("typ", "Bearer")
                .claim("organization", organisation)
                .claim("groups", List.of("owner"))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
    }

    public String sign(JWTClaimsSet claims) {
        return sign(claims, key);
    }

    public String signWithForeignKey(JWTClaimsSet claims) {
        return sign(claims, newKey(key.getKeyID()));
    }

    static String unsigned(JWTClaimsSet claims) {
        return new PlainJWT(claims).serialize();
    }

    private static String sign(JWTClaimsSet claims, RSAKey key) {
        try {
            var token =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.RS256)
                                    .type(JOSEObjectType.JWT)
                                    .keyID(key.getKeyID())
                                    .build(),
                            claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey newKey() {
        return newKey(java.util.UUID.randomUUID().toString());
    }

    private static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
