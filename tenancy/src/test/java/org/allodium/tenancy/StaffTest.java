package org.allodium.tenancy;

import static org.allodium.tenancy.TenancyFixture.person;
import static org.allodium.tenancy.TenancyFixture.platform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Set;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StaffTest {
    private static TenancyFixture rooms;

    @BeforeAll
    static void start() {
        rooms = TenancyFixture.fresh();
    }

    @AfterAll
    static void close() {
        rooms.close();
    }

    @Test
    void replacesRolesAtOnce() {
        var ann = person("Ann");
        assign(ann, Set.of(Role.PROGRAMME_OFFICER, Role.FINANCE));
        assertThat(rooms.staff.rolesOf(ann.subject()))
                .containsExactlyInAnyOrder(Role.PROGRAMME_OFFICER, Role.FINANCE);
        assign(ann, Set.of());
        assertThat(rooms.staff.rolesOf(ann.subject())).isEmpty();
    }

    @Test
    void keepsProgrammeOperationsAndAuditApart() {
        for (var roles :
                Set.of(
                        Set.of(Role.PROGRAMME_OFFICER, Role.OPERATOR),
                        Set.of(Role.FINANCE, Role.SECURITY_OFFICER),
                        Set.of(Role.AUDITOR, Role.ADMINISTRATOR))) {
            assertThat(refusal(person("Bo"), roles).code())
                    .isEqualTo(ErrorCode.SEPARATION_OF_DUTIES);
        }
        assertThat(rooms.staff.rolesOf(person("Bo").subject())).isEmpty();
    }

    @Test
    void givesNoTenantRole() {
        assertThat(refusal(person("Bo"), Set.of(Role.OWNER)).field()).contains("roles");
    }

    @Test
    void nobodyChangesTheirOwnRoles() {
        var self = new Person("test", "Test", "test@example.org");
        assertThat(refusal(self, Set.of(Role.FINANCE)).code())
                .isEqualTo(ErrorCode.SEPARATION_OF_DUTIES);
    }

    private static Refused refusal(Person person, Set<Role> roles) {
        return catchThrowableOfType(Refused.class, () -> assign(person, roles));
    }

    private static void assign(Person person, Set<Role> roles) {
        rooms.database.runInTransaction(
                platform(Role.ADMINISTRATOR), () -> rooms.staff.assign(person, roles));
    }
}
