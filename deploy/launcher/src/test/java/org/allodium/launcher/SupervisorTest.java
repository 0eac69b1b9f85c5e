package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a clock that moves half a second with each look.
class SupervisorTest {
    private static final Instant START = Instant.parse("2026-11-28T20:00:00Z");

    @TempDir Path home;
    private DataFolder folder;
    private FakeProduct product;

    @BeforeEach
    void open() {
        folder = new DataFolder(home);
        folder.create();
        product = new FakeProduct();
    }

    @Test
    void restartsWhatDiedAndSaysWhatWhenHowOftenAndWhy() {
        product.at(3, () -> product.dead.add(Component.DATABASE));
        product.at(8, () -> product.dead.add(Component.DATABASE));
        product.stopAt = 30;
        assertThat(watch()).isEqualTo(Supervisor.End.STOPPED);
        assertThat(product.dead).isEmpty();
        var supervision = Supervision.of(folder);
        assertThat(supervision.restartsOf(Component.DATABASE))
                .contains("restarted 2 times, last ")
                .contains("PANIC: no space");
        assertThat(supervision.restartsOf(Component.PORTAL)).isEmpty();
        assertThat(product.told).contains("PostgreSQL died: PANIC: no space");
    }

    @Test
    void pausesLongerEachTimeAndGivesUpOnWhatNeverStaysUp() {
        product.failure = "PostgreSQL did not start: PANIC: no space";
        product.dead.add(Component.DATABASE);
        assertThat(watch()).isEqualTo(Supervisor.End.GAVE_UP);
        assertThat(product.tries).hasSize(BackOff.MOST_TRIES);
        var pauses = new ArrayList<Duration>();
        for (int i = 1; i < product.tries.size(); i++) {
            pauses.add(Duration.between(product.tries.get(i - 1), product.tries.get(i)));
        }
        assertThat(pauses).isSorted();
        assertThat(pauses.getLast()).isGreaterThanOrEqualTo(Duration.ofSeconds(32));
        var supervision = Supervision.of(folder);
        assertThat(supervision.state()).isEqualTo(Supervision.State.GAVE_UP);
        assertThat(supervision.sentence())
                .contains("PostgreSQL did not stay up in 6 restarts")
                .contains("PANIC: no space")
                .contains("./allodium up tries again");
        assertThat(supervision.restartsOf(Component.DATABASE)).contains("in vain");
    }

    @Test
    void whatStayedUpForLongStartsFromNothingAgain() {
        for (int death = 0; death < 20; death++) {
            product.at(2 + death * 1300L, () -> product.dead.add(Component.PORTAL));
        }
        product.stopAt = 20 * 1300L;
        assertThat(watch()).isEqualTo(Supervisor.End.STOPPED);
        assertThat(product.tries).hasSize(20);
    }

    @Test
    void leavesAloneWhatAnotherCommandIsStarting() {
        product.dead.add(Component.PORTAL);
        product.locked = true;
        product.stopAt = 100;
        assertThat(watch()).isEqualTo(Supervisor.End.STOPPED);
        assertThat(product.tries).isEmpty();
        assertThat(Supervision.of(folder).restartsOf(Component.PORTAL)).isEmpty();
    }

    @Test
    void restartsNothingWhileTheProductIsStopped() {
        product.stopAt = 0;
        product.dead.addAll(EnumSet.allOf(Component.class));
        assertThat(watch()).isEqualTo(Supervisor.End.STOPPED);
        assertThat(product.tries).isEmpty();
    }

    @Test
    void endsWhenAnotherTookItsPlaceAndWritesNothingMore() {
        product.at(2, () -> product.mine = false);
        product.at(3, () -> product.dead.add(Component.PORTAL));
        assertThat(watch()).isEqualTo(Supervisor.End.SUPERSEDED);
        assertThat(product.tries).isEmpty();
    }

    @Test
    void oneThatWasKilledIsNoticedAlsoWhenItsNumberIsSomebodyElsesNow() throws Exception {
        var file = Supervisor.pidFile(folder);
        java.nio.file.Files.writeString(file, ProcessHandle.current().pid() + " 12345\n");
        assertThat(Supervision.of(folder).state()).isEqualTo(Supervision.State.KILLED);
        assertThat(Supervision.of(folder).sentence())
                .contains("was killed")
                .contains("./allodium up");
        Child.record(file, ProcessHandle.current());
        assertThat(Supervision.of(folder).state()).isEqualTo(Supervision.State.WATCHES);
        Supervisor.retire(folder);
        assertThat(Supervision.of(folder).state()).isEqualTo(Supervision.State.NONE);
    }

    private Supervisor.End watch() {
        return new Supervisor(product, folder, product.clock, product.told::add).watch();
    }

    private static final class FakeProduct implements Supervisor.Watched {
        final Set<Component> dead = EnumSet.noneOf(Component.class);
        final List<Instant> tries = new ArrayList<>();
        final List<String> told = new ArrayList<>();
        private final List<Runnable> happenings = new ArrayList<>();
        private long looks;
        long stopAt = Long.MAX_VALUE;
        boolean locked;
        boolean mine = true;
        String failure = "";

        final Clock clock =
                new Clock() {
                    @Override
                    public Instant instant() {
                        return START.plusMillis(500 * looks);
                    }

                    @Override
                    public ZoneId getZone() {
                        return ZoneOffset.UTC;
                    }

                    @Override
                    public Clock withZone(ZoneId zone) {
                        return this;
                    }
                };

        void at(long look, Runnable happening) {
            happenings.add(
                    () -> {
                        if (looks == look) {
                            happening.run();
                        }
                    });
        }

        @Override
        public Set<Component> dead() {
            return EnumSet.copyOf(dead.isEmpty() ? EnumSet.noneOf(Component.class) : dead);
        }

        @Override
        public String lastWords(Component component) {
            return "PANIC: no space";
        }

        @Override
        public boolean revive() {
            if (locked) {
                return false;
            }
            tries.add(clock.instant());
            if (!failure.isEmpty()) {
                throw new Trouble(failure);
            }
            dead.clear();
            return true;
        }

        @Override
        public boolean stopping() {
            return looks >= stopAt;
        }

        @Override
        public boolean mine() {
            return mine;
        }

        @Override
        public void pause() {
            looks++;
            happenings.forEach(Runnable::run);
        }
    }
}
