package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.serving.internal.ChatPool;
import org.junit.jupiter.api.Test;

/// An answer that leaves in one piece, or not at all.
class WholeAnswerTest {
    @Test
    void engineFailureHalfwayCostsNothingSinceNothingHadLeft() {
        var world = new ServingWorld();
        world.home.script = (pool, ear) -> FakeChatPool.say(ear, ChatPool.End.FAILED, "a", "b");
        var client = new Hearing();
        client.whole = true;
        var command = ServingWorld.ask("guide").command();
        var broken =
                catchThrowableOfType(
                        CloudException.class, () -> world.completions.chat(command, client));

        assertThat(broken.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
        assertThat(world.budgets.released).hasSize(1);
        assertThat(world.budgets.settled).isEmpty();
    }
}
