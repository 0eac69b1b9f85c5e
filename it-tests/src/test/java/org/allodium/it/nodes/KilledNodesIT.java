package org.allodium.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.allodium.it.product.Crowd;
import org.allodium.it.product.Product;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// kill -9 of either of two nodes, of their database, and of several at once, at random instants
/// under load: each time the books are in balance, the log is whole, and no receipt denies what a
/// client has.
@Tag("long")
@ExtendWith(TwoNodes.class)
class KilledNodesIT {
    private static final int ROUNDS = Integer.getInteger("allodium.it.rounds", 50);
    private static final int CLIENTS = 6;
    private static final int FEWEST_EVENTS = 40;
    private static final int MORE_EVENTS = 500;
    private static final int MORE_MILLIS = 40;

    /// Who is killed together. A database is back within a second or two, a node takes ten.
    private enum Death {
        FIRST(Component.PORTAL),
        SECOND(Component.SECOND_PORTAL),
        DATABASE(Component.DATABASE),
        DATABASE_AND_FIRST(Component.DATABASE, Component.PORTAL),
        DATABASE_AND_SECOND(Component.DATABASE, Component.SECOND_PORTAL),
        NODES(Component.PORTAL, Component.SECOND_PORTAL),
        ALL(Component.DATABASE, Component.PORTAL, Component.SECOND_PORTAL);

        private final List<Component> victims;

        Death(Component... victims) {
            this.victims = List.of(victims);
        }
    }

    @Test
    void theBooksAreInBalanceWhoeverIsKilledAndWhenever() throws Exception {
        long seed = Long.getLong("allodium.it.seed", System.nanoTime());
        System.out.println("  allodium.it.seed=" + seed);
        var random = new Random(seed);
        var deaths = new EnumMap<Death, Integer>(Death.class);
        int whole = 0;
        int cut = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var death = Death.values()[round % Death.values().length];
            try (var first = TwoNodes.crowd(CLIENTS, TwoNodes.FIRST);
                    var second = TwoNodes.crowd(CLIENTS, TwoNodes.SECOND)) {
                var awaited = random.nextBoolean() ? first : second;
                awaited.awaitEvents(FEWEST_EVENTS + random.nextInt(MORE_EVENTS));
                // The moment at which an event was heard would be no random one.
                LockSupport.parkNanos(
                        TimeUnit.MICROSECONDS.toNanos(random.nextInt(1000 * MORE_MILLIS)));
                kill(death, random);
                first.leave();
                second.leave();
                Product.restart();
                first.gather();
                second.gather();
                TwoNodes.assertSound(TwoNodes.FIRST, first, second);
                whole += first.whole.size() + second.whole.size();
                cut += cut(first) + cut(second);
            }
            deaths.merge(death, 1, Integer::sum);
            System.out.printf(
                    "  round %d, %s: %d answers whole, %d cut%n", round + 1, death, whole, cut);
        }
        System.out.println("  " + deaths);
        assertThat(Map.of("whole", whole, "cut", cut)).as("both came").doesNotContainValue(0);
    }

    private static void kill(Death death, Random random) {
        var victims = new ArrayList<>(death.victims);
        Collections.shuffle(victims, random);
        victims.forEach(Product::kill);
    }

    private static int cut(Crowd crowd) {
        return crowd.broken.get() + crowd.partly.size();
    }
}
