package org.allodium.billing;

import static org.allodium.billing.BillingFixture.officer;
import static org.allodium.billing.BillingFixture.owner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Locale;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenancyFixture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Kind and identifier are an applicant's own words until somebody else has looked.
class VerifiedOnlyTest {
    private final BillingFixture billing = new BillingFixture();

    @AfterEach
    void close() {
        billing.close();
    }

    @Test
    void anUnverifiedOrganisationIsToldWhoVerifiesIt() {
        var stranger = billing.tenancy.organisation("Stranger Lab");
        var refusal = refusal(() -> billing.submitted(programme(), stranger, "10"));
        assertThat(refusal.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(refusal.english())
                .contains(
                        "A programme officer or an administrator who is no member of it verifies");
        assertThat(refusal.sentence().in(Locale.GERMAN))
                .startsWith("Dieses Programm ist für bestätigte Organisationen");
    }

    @Test
    void aVerificationThatWasTakenBackStopsTheNextGrantAndNoneBefore() {
        var lab = billing.tenancy.verified("Climate Lab");
        var first = billing.approve(billing.submitted(programme(), lab, "10"), "10");
        var second = billing.submitted(programme(), lab, "10");
        billing.as(
                TenancyFixture.platform(Role.PROGRAMME_OFFICER),
                () -> {
                    billing.tenancy.verifications.revoke(
                            lab.id(), "Struck off the register.", BillingFixture.OFFICER);
                    return first;
                });
        assertThat(refusal(() -> billing.approve(second, "10")).code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(billing.as(owner(lab), () -> billing.grants.available(lab.id())))
                .isEqualTo(Money.euro("10"));
    }

    @Test
    void aProgrammeMaySayThatItTakesTheUnverifiedToo() {
        var stranger = billing.tenancy.organisation("Stranger Lab");
        var call = billing.call("100", "10");
        var open =
                billing.as(
                        officer(),
                        () ->
                                billing.programmes.open(
                                        new OpenProgramme(
                                                "For all",
                                                call.funder(),
                                                call.summary(),
                                                call.budget(),
                                                call.ceilingPerGrant(),
                                                call.opensAt(),
                                                call.closesAt(),
                                                call.eligible(),
                                                false)));
        assertThat(billing.submitted(open, stranger, "10").state())
                .isEqualTo(Application.State.SUBMITTED);
    }

    private ProgrammeId programme() {
        return billing.programme("100", "10");
    }

    private static Refused refusal(ThrowingCallable work) {
        return catchThrowableOfType(Refused.class, work);
    }
}
