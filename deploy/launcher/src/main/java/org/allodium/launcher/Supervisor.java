package org.allodium.launcher;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Starts again what died, until somebody stops the product or another supervisor takes over. It
/// stands apart from what it watches: when it is killed, everything runs on, and the next command
/// says that nobody watches. See decision 0120.
final class Supervisor {
    /// How a watch ended.
    enum End {
        STOPPED,
        SUPERSEDED,
        GAVE_UP
    }

    /// What there is to watch; a fake in tests.
    interface Watched {
        Set<Component> dead();

        /// What the dead component said last.
        String lastWords(Component component);

        /// Starts what is dead, in order. False when somebody else works on the folder right now.
        boolean revive();

        boolean stopping();

        /// Whether the folder still names this supervisor as its own.
        boolean mine();

        void pause();
    }

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    private final Watched watched;
    private final DataFolder folder;
    private final Clock clock;
    private final Progress progress;
    private final BackOff backOff = new BackOff();
    private SupervisorDiary diary;

    Supervisor(Watched watched, DataFolder folder, Clock clock, Progress progress) {
        this.watched = watched;
        this.folder = folder;
        this.clock = clock;
        this.progress = progress;
        this.diary = SupervisorDiary.begun(clock.instant());
    }

    End watch() {
        remember();
        var seen = EnumSet.noneOf(Component.class);
        while (true) {
            if (watched.stopping()) {
                return End.STOPPED;
            }
            if (!watched.mine()) {
                return End.SUPERSEDED;
            }
            var dead = watched.dead();
            tell(dead, seen);
            var now = clock.instant();
            for (var component : dead) {
                if (backOff.exhausted(component, now)) {
                    giveUp(component, now);
                    return End.GAVE_UP;
                }
            }
            if (dead.stream().anyMatch(component -> !backOff.due(component, now).isAfter(now))) {
                revive(dead);
            }
            watched.pause();
        }
    }

    private void tell(Set<Component> dead, Set<Component> seen) {
        for (var component : dead) {
            if (seen.add(component)) {
                progress.say(component.program() + " died: " + watched.lastWords(component));
            }
        }
        seen.retainAll(dead);
    }

    private void revive(Set<Component> dead) {
        var words = new EnumMap<Component, String>(Component.class);
        dead.forEach(component -> words.put(component, watched.lastWords(component)));
        @Nullable String failure = null;
        try {
            if (!watched.revive()) {
                return;
            }
        } catch (Trouble | UncheckedIOException trouble) {
            failure = String.valueOf(trouble.getMessage());
            progress.say(failure);
        }
        if (watched.stopping() || !watched.mine()) {
            return;
        }
        var now = clock.instant();
        for (var component : dead) {
            backOff.tried(component, now);
            diary =
                    diary.with(
                            new SupervisorDiary.Restart(
                                    component.label(),
                                    now,
                                    words.getOrDefault(component, ""),
                                    failure));
        }
        remember();
    }

    /// A full disk is no reason to stop watching.
    private void remember() {
        try {
            diary.write(folder);
        } catch (UncheckedIOException full) {
            progress.say("The diary could not be written: " + full.getMessage());
        }
    }

    private void giveUp(Component component, Instant now) {
        var latest =
                diary.restarts().reversed().stream()
                        .filter(restart -> restart.component().equals(component.label()))
                        .map(
                                restart ->
                                        restart.failure() != null
                                                ? restart.failure()
                                                : watched.lastWords(component))
                        .findFirst()
                        .orElse("");
        var why =
                "%s did not stay up in %d restarts. %s"
                        .formatted(component.program(), BackOff.MOST_TRIES, latest);
        diary = diary.with(new SupervisorDiary.GivingUp(component.label(), now, why));
        remember();
        progress.say("Giving up: " + why);
    }

    static boolean watches(DataFolder folder) {
        return Child.recorded(pidFile(folder)).isPresent();
    }

    /// Whether one watched, and ended without having been told to.
    static boolean wasKilled(DataFolder folder) {
        return Files.exists(pidFile(folder)) && !watches(folder);
    }

    /// Waits until it does not watch any more, which it does not once the folder is being stopped.
    static void end(DataFolder folder) {
        if (!Waiting.until(STOP_PATIENCE, () -> !watches(folder))) {
            Child.recorded(pidFile(folder))
                    .ifPresent(process -> Child.signal(process.pid(), "KILL"));
        }
    }

    /// The one that watches until now finds its name gone and ends.
    static void retire(DataFolder folder) {
        DataFolder.delete(pidFile(folder));
        SupervisorDiary.forget(folder);
    }

    static Path pidFile(DataFolder folder) {
        return folder.run().resolve("supervisor.pid");
    }

    /// Watches the real product from this process.
    static End watch(StackSettings settings, Progress progress) {
        var folder = new DataFolder(settings.home());
        Child.record(pidFile(folder), ProcessHandle.current());
        var end =
                new Supervisor(
                                new WatchedStack(settings, folder, progress),
                                folder,
                                Clock.systemUTC(),
                                progress)
                        .watch();
        if (end != End.SUPERSEDED) {
            DataFolder.delete(pidFile(folder));
        }
        return end;
    }

    private record WatchedStack(StackSettings settings, DataFolder folder, Progress progress)
            implements Watched {

        @Override
        public Set<Component> dead() {
            var dead = EnumSet.copyOf(settings.components());
            dead.removeIf(component -> Child.find(folder, component).isPresent());
            return dead;
        }

        @Override
        public String lastWords(Component component) {
            return LastWords.of(folder, component);
        }

        @Override
        public boolean revive() {
            var lock = FolderLock.tryTake(folder);
            if (lock.isEmpty()) {
                return false;
            }
            try (var _ = lock.get()) {
                // Somebody may have started everything while the lock was not ours.
                if (mine() && !dead().isEmpty()) {
                    Stack.revive(settings, progress);
                }
            }
            return true;
        }

        @Override
        public boolean stopping() {
            return new StopMark(folder).stands();
        }

        @Override
        public boolean mine() {
            return Child.recorded(pidFile(folder))
                    .filter(process -> process.pid() == ProcessHandle.current().pid())
                    .isPresent();
        }

        @Override
        public void pause() {
            Waiting.pause(500);
        }
    }
}
