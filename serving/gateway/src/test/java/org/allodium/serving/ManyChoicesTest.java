package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// As many choices as a client may ask for are bounded by money and tokens, not by a number of
/// ours.
class ManyChoicesTest {
    private static final int MOST = 128;

    private final ServingWorld world = new ServingWorld();
    private final ChatCommand question = ServingWorld.ask("guide").upTo(10).times(MOST).command();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void allAreReservedBeforehandAndTakeOnePlaceInThePool() {
        var client = new Hearing();
        world.home.capacity = 1;
        world.completions.chat(question, client);

        assertThat(world.budgets.reserved.getFirst().charge().maxOutputTokens())
                .isEqualTo(MOST * 10);
        assertThat(client.heard).contains("0=stop", "127=stop");
        assertThat(client.end.completionTokens()).isEqualTo(MOST * 3);
    }

    @Test
    void moneyForFewerPaysForNone() {
        world.budgets.onlyAvailable("0.002");

        assertThat(refused().code()).isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
        assertThat(world.home.asked).isEmpty();
    }

    @Test
    void aMinutesTokensBoundThem() {
        world.organisations.limits = new Limits(10, MOST * 10, 10);

        assertThat(refused().code()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
        assertThat(world.budgets.reserved).isEmpty();
    }

    private Refused refused() {
        return catchThrowableOfType(
                Refused.class, () -> world.completions.chat(question, new Hearing()));
    }
}
