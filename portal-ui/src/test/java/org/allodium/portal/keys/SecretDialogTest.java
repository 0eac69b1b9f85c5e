package org.allodium.portal.keys;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class SecretDialogTest extends PageTest {
    @Test
    void showsTheSecretOnceAndClosesByItsButtonAlone() {
        var tenant = World.organisation("Lab");
        var project = World.project(tenant, "Tides");
        World.key(tenant, project, World.ownerOf(tenant), Role.OWNER, "laptop");
        open(World.ownerOf(tenant), World.page(tenant, project, "keys"));
        click("Rotate");
        answer("Rotate");
        assertThat(shown())
                .contains(
                        "Key “laptop”",
                        "Copy the key now: it is shown this once and stored as a hash only.")
                .anyMatch(line -> line.startsWith("sk-alo-"));
        answer("I have copied it");
        assertThat(shown())
                .doesNotContain("Key “laptop”")
                .noneMatch(line -> line.matches("sk-alo-.{20,}"));
    }
}
