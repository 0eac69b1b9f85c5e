package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.allodium.identity.internal.Attempts;
import org.allodium.identity.internal.ClientAddress;
import org.allodium.identity.internal.IdentityConfig;
import org.allodium.identity.internal.OpaqueTokens;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.Anyone;
import org.jspecify.annotations.Nullable;

/// How often strangers may knock: by address where nobody is known yet, by person where somebody
/// is. Passwords are counted by Keycloak, which alone sees them. See decision 0102.
@ApplicationScoped
public class Doors {
    private static final int WRONG_CREDENTIALS_PER_MINUTE = 120;
    private static final int SIGN_INS_PER_MINUTE = 60;
    private static final int FOUNDINGS_PER_DAY = 5;
    private static final int INVITATIONS_PER_DAY = 100;
    private static final int KNOWN = 10_000;

    private final Map<Long, Boolean> known = new Known();

    private ClientAddress addresses;
    private Attempts wrong;
    private Attempts signIns;
    private Attempts foundings;
    private Attempts invitations;

    /// For CDI.
    @SuppressWarnings("NullAway.Init")
    public Doors() {}

    @Inject
    Doors(IdentityConfig config, Clock clock) {
        this(config.trustedProxies(), clock);
    }

    public Doors(String trustedProxies, Clock clock) {
        addresses = new ClientAddress(trustedProxies);
        wrong = new Attempts(WRONG_CREDENTIALS_PER_MINUTE, Duration.ofMinutes(1), clock);
        signIns = new Attempts(SIGN_INS_PER_MINUTE, Duration.ofMinutes(1), clock);
        foundings = new Attempts(FOUNDINGS_PER_DAY, Duration.ofDays(1), clock);
        invitations = new Attempts(INVITATIONS_PER_DAY, Duration.ofDays(1), clock);
    }

    /// For counting only.
    /// @param forwarded header `X-Forwarded-For`, which counts where the peer is our proxy
    @Anyone
    public String address(String peer, @Nullable String forwarded) {
        return addresses.of(peer, forwarded);
    }

    /// How long this address has to wait before a credential that was not right lately is looked
    /// at. A neighbour behind the same address who has a good one is let through.
    @Anyone
    public Optional<Duration> wait(String address, @Nullable String credential) {
        return isKnown(credential) ? Optional.empty() : wrong.wait(address);
    }

    @Anyone
    public void wasRight(String credential) {
        synchronized (known) {
            known.put(mark(credential), true);
        }
    }

    @Anyone
    public void wasWrong(String address) {
        wrong.count(address);
    }

    /// A sign-in begins or ends; how long to wait if that is one too many.
    @Anyone
    public Optional<Duration> signIn(String address) {
        return signIns.count(address);
    }

    @Anyone
    public void demandFounding(String subject) {
        demand(foundings.count(subject), minutes -> Sentence.of("identity.founded-often", minutes));
    }

    @Anyone
    public void demandInvitation(String subject) {
        demand(
                invitations.count(subject),
                minutes -> Sentence.of("identity.invited-often", minutes));
    }

    private static void demand(Optional<Duration> wait, LongFunction<Sentence> words) {
        if (wait.isPresent()) {
            long minutes = wait.get().toMinutes() + 1;
            throw new Refused(ErrorCode.RATE_LIMIT_EXCEEDED, words.apply(minutes))
                    .retryAfter(wait.get());
        }
    }

    private boolean isKnown(@Nullable String credential) {
        if (credential == null) {
            return false;
        }
        synchronized (known) {
            return known.get(mark(credential)) != null;
        }
    }

    /// Whether it is right is asked anew each time; this only tells that it is worth asking.
    private static long mark(String credential) {
        return ByteBuffer.wrap(OpaqueTokens.hash(credential)).getLong();
    }

    private static final class Known extends LinkedHashMap<Long, Boolean> {
        Known() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > KNOWN;
        }
    }
}
