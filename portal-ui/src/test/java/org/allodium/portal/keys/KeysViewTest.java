package org.allodium.portal.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeysViewTest extends PageTest {
    private Tenant tenant;
    private Project project;

    @BeforeEach
    void found() {
        tenant = World.organisation("Lab");
        project = World.project(tenant, "Tides");
    }

    @Test
    void saysThatThereIsNone() {
        open(World.ownerOf(tenant), World.page(tenant, project, "keys"));
        assertThat(shown()).contains("No key yet", "Make one to call models from a program.");
    }

    @Test
    void asksForAProjectFirst() {
        var young = World.organisation("Lab");
        open(World.ownerOf(young), World.page(young, "keys"));
        assertThat(shown()).contains("No project yet", "New project");
        assertThat(offers("New key")).isFalse();
    }

    @Test
    void leadsToTheFirstProject() {
        World.key(tenant, project, World.ownerOf(tenant), Role.OWNER, "laptop");
        open(World.ownerOf(tenant), World.page(tenant, "keys"));
        assertThat(shown()).contains("laptop", "active");
    }

    @Test
    void isNoPageForABillingViewer() {
        open(World.member(tenant, Role.BILLING_VIEWER), World.page(tenant, project, "keys"));
        assertThat(shown()).contains("There is no such page").doesNotContain("No key yet");
    }

    @Test
    void showsAMemberTheirOwnKeysOnly() {
        World.key(tenant, project, World.ownerOf(tenant), Role.OWNER, "laptop");
        var member = World.member(tenant, Role.MEMBER);
        World.key(tenant, project, member, Role.MEMBER, "cluster");
        open(member, World.page(tenant, project, "keys"));
        assertThat(shown()).contains("cluster").doesNotContain("laptop");
    }

    @Test
    void revokesAfterSayingWhatThatMeans() {
        World.key(tenant, project, World.ownerOf(tenant), Role.OWNER, "laptop");
        open(World.ownerOf(tenant), World.page(tenant, project, "keys"));
        click("Revoke");
        assertThat(shown())
                .contains(
                        "Revoke “laptop”?",
                        "Programs that use this key are refused from the next request on. This cannot be undone.");
        answer("Revoke");
        assertThat(shown()).contains("“laptop” is revoked", "revoked").doesNotContain("active");
    }

    @Test
    void offersNothingForAKeyThatHasExpired() {
        World.key(tenant, project, World.ownerOf(tenant), Role.OWNER, "laptop");
        World.pass(Duration.ofDays(91));
        open(World.ownerOf(tenant), World.page(tenant, project, "keys"));
        assertThat(shown()).contains("expired");
        assertThat(offers("Rotate")).isFalse();
        assertThat(offers("Revoke")).isFalse();
    }

    @Test
    void refusesAMemberWhoReadsBillsOnlyMeanwhile() {
        var member = World.member(tenant, Role.MEMBER);
        World.key(tenant, project, member, Role.MEMBER, "cluster");
        open(member, World.page(tenant, project, "keys"));
        click("Rotate");
        World.changeRole(tenant, member, Role.BILLING_VIEWER, Role.MEMBER);
        answer("Rotate");
        assertThat(shown())
                .contains("This needs one of the roles owner, admin, member.")
                .doesNotContain("Key “cluster”");
    }
}
