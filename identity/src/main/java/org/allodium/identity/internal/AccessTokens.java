package org.allodium.identity.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks Keycloak's access tokens without asking Keycloak: signature, issuer, time and audience.
/// Its public keys are fetched once, kept, and fetched again when a token names a new one.
public final class AccessTokens {
    /// What a token may prove. `organisations` are aliases, which equal our slugs; whether the
    /// bearer is a member, and as what, our own records say.
    public sealed interface Proof {
        record Bearer(String subject, List<String> organisations) implements Proof {
            public Bearer {
                organisations = List.copyOf(organisations);
            }
        }

        /// RFC 6750 calls it `invalid_token`.
        record Invalid(Sentence reason) implements Proof {}
    }

    private static final String AUDIENCE = "allodium-api";
    private static final Set<String> CLIENTS = Set.of("allodium-portal", "allodium-cli");
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256);
    private static final Logger LOG = LoggerFactory.getLogger(AccessTokens.class);
    private static final JWKSelector ANY_KEY = new JWKSelector(new JWKMatcher.Builder().build());
    private static final Duration OUTAGE = Duration.ofDays(1);
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int LARGEST_KEY_SET = 100_000;

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final JWKSource<SecurityContext> keys;
    private final Claims claims;

    public AccessTokens(String issuer, Clock clock) {
        this.keys = keys(issuer);
        this.claims = new Claims(issuer, clock);
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(
                        JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWTClaimsSetVerifier(claims);
    }

    /// The issuer's public keys, kept and fetched again when a token names a new one. While the
    /// issuer is away those of the last day go on holding.
    static JWKSource<SecurityContext> keys(String issuer) {
        return JWKSourceBuilder.create(
                        certificates(issuer),
                        new DefaultResourceRetriever(
                                TIMEOUT_MILLIS, TIMEOUT_MILLIS, LARGEST_KEY_SET))
                .retrying(true)
                .outageTolerant(OUTAGE.toMillis())
                .build();
    }

    public Proof check(String token) {
        try {
            var unchecked = JWTParser.parse(token);
            // What is not for us needs no key to be refused, also while Keycloak is away.
            claims.verify(unchecked.getJWTClaimsSet(), null);
            var claims = processor.process(unchecked, null);
            return new Proof.Bearer(
                    claims.getSubject(), organisations(claims.getClaim("organization")));
        } catch (ExpiredJWTException e) {
            return new Proof.Invalid(Sentence.of("identity.token-expired"));
        } catch (BadJWTException e) {
            return new Proof.Invalid(Sentence.of("identity.token-for-another"));
        } catch (BadJOSEException | ParseException | RateLimitReachedException e) {
            // Too many tokens named keys that nobody knows: Keycloak is not asked again for each.
            return new Proof.Invalid(Sentence.of("identity.token-malformed"));
        } catch (KeySourceException e) {
            throw Refused.of(ErrorCode.OVERLOADED, "identity.tokens-unchecked").because(e);
        } catch (JOSEException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "identity.token-uncheckable").because(e);
        }
    }

    /// Fetches the keys beside everything else, so that they are here when Keycloak goes away.
    public void prepare() {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                keys.get(ANY_KEY, null);
                            } catch (KeySourceException e) {
                                LOG.debug("Keycloak's keys are not here yet", e);
                            }
                        });
    }

    /// `["a"]` or `{"a":{…}}`, as the realm's mapper is set.
    private static List<String> organisations(@Nullable Object claim) {
        return switch (claim) {
            case Map<?, ?> map -> map.keySet().stream().map(Object::toString).toList();
            case Collection<?> list -> list.stream().map(Object::toString).toList();
            case String one -> List.of(one);
            case null, default -> List.of();
        };
    }

    private static URL certificates(String issuer) {
        try {
            return URI.create(issuer + "/protocol/openid-connect/certs").toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("allodium.keycloak.url is no address", e);
        }
    }

    /// Time comes from our clock. A token for signing in (`ID`) or for refreshing proves nothing
    /// here, though it bears the same signature.
    private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
        private final Clock clock;

        Claims(String issuer, Clock clock) {
            super(
                    new JWTClaimsSet.Builder().issuer(issuer).claim("typ", "Bearer").build(),
                    Set.of("sub", "exp"));
            this.clock = clock;
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }

        @Override
        public void verify(@Nullable JWTClaimsSet claims, @Nullable SecurityContext context)
                throws BadJWTException {
            if (claims == null) {
                throw new BadJWTException("Nothing in it can be read");
            }
            super.verify(claims, context);
            if (!claims.getAudience().contains(AUDIENCE)
                    && !(claims.getClaim("azp") instanceof String client
                            && CLIENTS.contains(client))) {
                throw new BadJWTException("Made for another audience");
            }
        }
    }
}
