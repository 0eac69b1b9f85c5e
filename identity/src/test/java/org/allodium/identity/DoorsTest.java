package org.allodium.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.allodium.kernel.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorsTest {
    private final Moving clock = new Moving();
    private final Doors doors = new Doors("10.1.0.0/16, 192.0.2.7, 2001:db8:1::/48", clock);

    @Test
    void whoShowsWrongKeysAgainAndAgainWaitsAndTheNeighbourWithAGoodOneDoesNot() {
        doors.wasRight("Bearer good");
        for (int i = 0; i < 200; i++) {
            doors.wasWrong("203.0.113.5");
        }
        assertThat(doors.wait("203.0.113.5", "Bearer wrong")).isPresent();
        assertThat(doors.wait("203.0.113.5", null)).isPresent();
        assertThat(doors.wait("203.0.113.5", "Bearer good")).isEmpty();
        assertThat(doors.wait("203.0.113.6", "Bearer wrong")).isEmpty();
        clock.now = clock.now.plus(Duration.ofMinutes(1));
        assertThat(doors.wait("203.0.113.5", "Bearer wrong")).isEmpty();
    }

    @Test
    void signInsAreCountedByAddress() {
        for (int i = 0; i < 60; i++) {
            assertThat(doors.signIn("203.0.113.5")).isEmpty();
        }
        assertThat(doors.signIn("203.0.113.5")).isPresent();
        assertThat(doors.signIn("203.0.113.6")).isEmpty();
    }

    @Test
    void foundingAndInvitingAreCountedByPerson() {
        for (int i = 0; i < 5; i++) {
            doors.demandFounding("ada");
        }
        assertThatThrownBy(() -> doors.demandFounding("ada"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("Try again in");
        doors.demandFounding("grace");
        for (int i = 0; i < 100; i++) {
            doors.demandInvitation("ada");
        }
        assertThatThrownBy(() -> doors.demandInvitation("ada")).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @CsvSource({
        // Nobody's word counts but a proxy's.
        "203.0.113.5, , 203.0.113.5",
        "203.0.113.5, 198.51.100.1, 203.0.113.5",
        "127.0.0.1, 198.51.100.1, 127.0.0.1",
        "10.1.2.3, 198.51.100.1, 198.51.100.1",
        "10.2.2.3, 198.51.100.1, 10.2.2.3",
        // What stands left of a stranger was written by that stranger.
        "10.1.2.3, '198.51.100.1, 203.0.113.9', 203.0.113.9",
        "10.1.2.3, '198.51.100.1, 203.0.113.9, 192.0.2.7', 203.0.113.9",
        "10.1.2.3, 'evil.example', 10.1.2.3",
        "10.1.2.3, '', 10.1.2.3",
        // One customer's network.
        "2001:db8:2:3::1, , 20010db8000200030000000000000000/64",
        "2001:db8:2:3:ffff::9, , 20010db8000200030000000000000000/64",
        "2001:db8:1::5, 198.51.100.1, 198.51.100.1",
    })
    void anAddressIsThePeersOrWhatAProxyOfOursSays(String peer, String forwarded, String counted) {
        assertThat(doors.address(peer, forwarded)).isEqualTo(counted);
    }

    @Test
    void proxiesThatAreNoAddressesStopTheStart() {
        for (var wrong : new String[] {"proxy.example", "10.0.0.0/33", "10.0.0.0/x", "/8"}) {
            assertThatThrownBy(() -> new Doors(wrong, clock))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("allodium.trusted.proxies");
        }
    }

    private static final class Moving extends Clock {
        private Instant now = Instant.parse("2026-03-01T12:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
