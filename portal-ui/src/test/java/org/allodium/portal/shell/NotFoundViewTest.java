package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NotFoundViewTest extends PageTest {
    @Test
    void saysNothingOfWhatIsThereForOthers() {
        var tenant = World.organisation("Secret lab");
        open(World.person("Stranger"), World.page(tenant, "home"));
        assertThat(shown())
                .contains(
                        "There is no such page",
                        "The address is wrong, or the page is not for the organisation you are working for.",
                        "To the start page")
                .doesNotContain(tenant.name());
    }
}
