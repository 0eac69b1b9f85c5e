package org.allodium.identity;

import static org.allodium.identity.IdentityFixture.as;
import static org.allodium.identity.IdentityFixture.owner;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Callers are known from memory; still each request follows what was changed before it.
class NewestStateTest {
    private static IdentityFixture rooms;
    private static Tenant tenant;
    private static Project project;

    @BeforeAll
    static void start() {
        rooms = IdentityFixture.withoutKeycloak();
        tenant = rooms.tenancy.organisation("Key Keepers");
        project = rooms.project(tenant, "Weather");
    }

    @AfterAll
    static void close() {
        rooms.close();
    }

    @Test
    void everyRequestFollowsTheNewestState() {
        alternate("Eve", 50);
    }

    @Test
    @Tag("long")
    void everyRequestFollowsTheNewestStateThroughAThousandTurns() {
        alternate("Enduring Eve", 500);
    }

    /// Takes a right away and gives it back, in two ways; the call after each shows it.
    private static void alternate(String name, int times) {
        var eve = rooms.member(tenant, name, Role.MEMBER);
        var hers = rooms.in(as(tenant, eve, Role.MEMBER), () -> issue("hers, " + name));
        var turned = rooms.in(owner(tenant), () -> issue("turned, " + name));
        for (int i = 0; i < times; i++) {
            change(eve, Role.MEMBER, Role.BILLING_VIEWER);
            assertThat(rejection(hers)).contains("no longer a member");
            change(eve, Role.BILLING_VIEWER, Role.MEMBER);
            accepted(hers);
            var before = turned;
            turned =
                    rooms.in(
                            owner(tenant), () -> rooms.keys.rotate(tenant.id(), before.row().id()));
            assertThat(rejection(before)).contains("revoked");
            accepted(turned);
        }
    }

    private static void change(Person person, Role from, Role to) {
        rooms.run(
                owner(tenant),
                () -> rooms.tenancy.tenants.changeRole(tenant.id(), person.subject(), to, from));
    }

    private static IssuedKey issue(String name) {
        return rooms.keys.issue(
                new IssueKey(tenant.id(), project.id(), name, IssueKey.DEFAULT_VALIDITY, Set.of()));
    }

    private static void accepted(IssuedKey key) {
        assertThat(rooms.callers.authenticate("Bearer " + key.secret(), null))
                .isInstanceOf(Authentication.Authenticated.class);
    }

    private static String rejection(IssuedKey key) {
        var answer = rooms.callers.authenticate("Bearer " + key.secret(), null);
        assertThat(answer).isInstanceOf(Authentication.Rejected.class);
        return ((Authentication.Rejected) answer).reason().english();
    }
}
