package org.allodium.serving.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.Test;

class AdmissionDeskTest {
    private static final TenantId TENANT = new TenantId(new UUID(0, 1));
    private static final TenantId OTHER = new TenantId(new UUID(0, 2));

    private final AtomicLong nanos = new AtomicLong();
    private final AdmissionDesk desk = new AdmissionDesk(Clock.systemUTC(), meter());

    @Test
    void countsEveryTenantForItself() {
        var limits = new Limits(2, 100, 1);
        assertThat(desk.count(TENANT, limits)).isEmpty();
        assertThat(desk.count(TENANT, limits)).isEmpty();
        assertThat(desk.count(TENANT, limits)).isPresent();
        assertThat(desk.count(OTHER, limits)).isEmpty();
    }

    @Test
    void refillsWithTime() {
        var limits = new Limits(2, 100, 1);
        desk.count(TENANT, limits);
        desk.count(TENANT, limits);
        var refusal = desk.count(TENANT, limits).orElseThrow();
        assertThat(refusal.retryAfter()).contains(Duration.ofMinutes(1));

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(desk.count(TENANT, limits)).isEmpty();
    }

    @Test
    void aChangedLimitBindsTheNextRequest() {
        desk.count(TENANT, new Limits(10, 100, 1));
        desk.count(TENANT, new Limits(10, 100, 1));

        assertThat(desk.count(TENANT, new Limits(2, 100, 1))).isPresent();
        assertThat(desk.count(TENANT, new Limits(3, 100, 1))).isEmpty();
        assertThat(desk.count(TENANT, new Limits(3, 100, 1))).isPresent();
        assertThat(desk.state(TENANT, new Limits(20, 100, 1)).remainingRequests()).isEqualTo(17);
    }

    @Test
    void givesBackWhatWasNotNeeded() {
        var limits = new Limits(9, 100, 9);
        var pass = admitted(limits, 80);
        assertThat(desk.admit(TENANT, limits, 30))
                .isInstanceOf(AdmissionDesk.Admission.Refused.class);
        pass.giveBack(10);
        pass.giveBack(10);

        assertThat(desk.state(TENANT, limits).remainingTokens()).isEqualTo(90);
    }

    @Test
    void holdsTheNumberAtOnce() {
        var limits = new Limits(9, 100, 1);
        var pass = admitted(limits, 1);
        assertThat(desk.admit(TENANT, limits, 1))
                .isInstanceOf(AdmissionDesk.Admission.Refused.class);
        pass.giveBack(1);

        assertThat(desk.admit(TENANT, limits, 1))
                .isInstanceOf(AdmissionDesk.Admission.Admitted.class);
    }

    @Test
    void waitingDoesNotHelpARequestThatNeedsMoreThanAMinute() {
        var limits = new Limits(9, 100, 1);
        var refused = (AdmissionDesk.Admission.Refused) desk.admit(TENANT, limits, 101);

        assertThat(refused.refusal().retryAfter()).isEmpty();
        assertThat(refused.refusal().getMessage()).contains("101", "100");
    }

    private AdmissionDesk.Pass admitted(Limits limits, long tokens) {
        return ((AdmissionDesk.Admission.Admitted) desk.admit(TENANT, limits, tokens)).pass();
    }

    private TimeMeter meter() {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return nanos.get();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }
}
