package org.allodium.serving.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.allodium.kernel.ErrorCode;
import org.allodium.serving.Limit;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.Test;

class AdmissionDeskTest {
    private static final TenantId TENANT = new TenantId(new UUID(0, 1));
    private static final TenantId OTHER = new TenantId(new UUID(0, 2));

    private final AtomicLong nanos = new AtomicLong();
    private final AdmissionDesk desk = OneNode.desk(Clock.systemUTC(), nanos::get, 1_000);

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
        var pass = entered(limits);
        assertThat(pass.take(80)).isEmpty();
        assertThat(entered(limits).take(30)).isPresent();
        pass.giveBack(10);
        pass.giveBack(10);

        assertThat(desk.state(TENANT, limits).remainingTokens()).isEqualTo(90);
    }

    @Test
    void holdsTheNumberAtOnce() {
        var limits = new Limits(9, 100, 1);
        var pass = entered(limits);
        assertThat(desk.enter(TENANT, limits)).isInstanceOf(AdmissionDesk.Admission.Denied.class);
        pass.giveBack(1);

        assertThat(desk.enter(TENANT, limits)).isInstanceOf(AdmissionDesk.Admission.Admitted.class);
    }

    @Test
    void waitingDoesNotHelpARequestThatNeedsMoreThanAMinute() {
        var refusal = entered(new Limits(9, 100, 1)).take(101).orElseThrow();

        assertThat(refusal.retryAfter()).isEmpty();
        assertThat(refusal.english()).contains("101", "100");
    }

    @Test
    void boundsTheBytesOfOneTenantThatAreBeingRead() {
        var limits = new Limits(9, 100, 9);
        var first = entered(limits);
        var second = entered(limits);
        assertThat(first.read(900)).isEmpty();
        assertThat(second.read(100)).isEmpty();
        var refusal = second.read(1).orElseThrow();
        assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
        assertThat(refusal.retryAfter()).isPresent();
        assertThat(refusal.reasons().getFirst().grounds()).isEqualTo(Limit.BYTES_AT_ONCE);
        assertThat(entered(OTHER, limits).read(1_000)).isEmpty();

        // The refused one holds nothing any more, and the first until it is parsed.
        assertThat(second.read(100)).isEmpty();
        second.parsed();
        first.parsed();
        assertThat(second.read(1_000)).isEmpty();
        second.close();
        assertThat(entered(limits).read(1_000)).isEmpty();
    }

    private AdmissionDesk.Permit entered(Limits limits) {
        return entered(TENANT, limits);
    }

    private AdmissionDesk.Permit entered(TenantId tenant, Limits limits) {
        return ((AdmissionDesk.Admission.Admitted) desk.enter(tenant, limits)).permit();
    }
}
