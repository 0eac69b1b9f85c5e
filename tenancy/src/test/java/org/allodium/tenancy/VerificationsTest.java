package org.allodium.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.SQLException;
import java.util.Set;
import java.util.function.Supplier;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerificationsTest {
    private static final String BASIS = "Entry 204417 in the register of XA.";
    private static final Person OFFICER = TenancyFixture.person("Vera Verifier");

    private TenancyFixture rooms;
    private Tenant lab;

    @BeforeEach
    void found() {
        rooms = TenancyFixture.fresh();
        lab = rooms.organisation("Lab");
    }

    @AfterEach
    void close() {
        rooms.close();
    }

    @Test
    void anOrganisationBeginsUnverifiedAndWaits() {
        assertThat(present(lab)).isFalse();
        assertThat(in(office(), () -> rooms.verifications.waiting(0, 10)))
                .extracting(Tenant::id)
                .containsExactly(lab.id());
    }

    @Test
    void everyActIsKeptWithWhoWhatAndWhy() {
        verify(lab, BASIS);
        assertThat(present(lab)).isTrue();
        assertThat(in(office(), () -> rooms.verifications.waiting(0, 10))).isEmpty();
        in(
                office(),
                () -> {
                    rooms.verifications.revoke(lab.id(), "Struck off the register.", OFFICER);
                    return lab;
                });
        assertThat(present(lab)).isFalse();
        assertThat(in(office(), () -> rooms.verifications.history(lab.id())))
                .extracting(Verification::verified, Verification::basis, Verification::actorName)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                false, "Struck off the register.", OFFICER.name()),
                        org.assertj.core.groups.Tuple.tuple(true, BASIS, OFFICER.name()));
        assertThat(in(office(), () -> rooms.audit.latest(10)))
                .extracting(AuditEntry::act)
                .startsWith("tenancy.verification-revoked", "tenancy.organisation-verified");
    }

    @Test
    void nobodyVerifiesTheirOwn() {
        var owner = TenancyFixture.person("Owner of Lab");
        var named = refusal(() -> in(office(), () -> act(lab, BASIS, owner)));
        assertThat(named.code()).isEqualTo(ErrorCode.SEPARATION_OF_DUTIES);
        var acting = TenantScope.platform(owner.subject(), Set.of(Role.ADMINISTRATOR));
        assertThat(refusal(() -> in(acting, () -> act(lab, BASIS, OFFICER))).code())
                .isEqualTo(ErrorCode.SEPARATION_OF_DUTIES);
        assertThat(present(lab)).isFalse();
    }

    @Test
    void anActNeedsABasisAndChangesSomething() {
        assertThat(refusal(() -> verify(lab, "because")).field()).contains("basis");
        verify(lab, BASIS);
        assertThat(refusal(() -> verify(lab, BASIS)).code()).isEqualTo(ErrorCode.CONFLICT);
    }

    @Test
    void aTenantSeesItsOwnStateAloneAndWritesNone() throws SQLException {
        var other = rooms.verified("Other");
        assertThat(
                        refusal(() -> in(owner(lab), () -> rooms.verifications.present(other.id())))
                                .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        new TenantDatabase(rooms.database.app())
                .inTransaction(
                        lab.id(),
                        handle -> {
                            assertThat(
                                            handle.createQuery(
                                                            "select count(*) from tenancy.verification")
                                                    .mapTo(Integer.class)
                                                    .one())
                                    .isZero();
                            assertThatThrownBy(
                                            () ->
                                                    handle.execute(
                                                            "delete from tenancy.verification"))
                                    .hasMessageContaining("permission denied");
                            return true;
                        });
    }

    private boolean present(Tenant tenant) {
        return in(owner(tenant), () -> rooms.verifications.present(tenant.id())).isPresent();
    }

    private Tenant verify(Tenant tenant, String basis) {
        return in(office(), () -> act(tenant, basis, OFFICER));
    }

    private Tenant act(Tenant tenant, String basis, Person officer) {
        rooms.verifications.verify(tenant.id(), basis, officer);
        return tenant;
    }

    private static Refused refusal(Supplier<?> work) {
        return catchThrowableOfType(Refused.class, work::get);
    }

    private <T> T in(TenantScope scope, Supplier<T> work) {
        return rooms.database.inTransaction(scope, manager -> work.get());
    }

    private static TenantScope office() {
        return TenancyFixture.platform(Role.ADMINISTRATOR, Role.AUDITOR);
    }

    private static TenantScope owner(Tenant tenant) {
        return TenantScope.of(
                tenant.id(),
                TenancyFixture.person("Owner of " + tenant.name()).subject(),
                Set.of(Role.OWNER));
    }
}
