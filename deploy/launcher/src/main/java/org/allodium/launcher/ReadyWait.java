package org.allodium.launcher;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// Waits for a child to be of use; says for what, and stops at once when that will not come.
record ReadyWait(DataFolder folder, Progress progress) {

    /// One look at a server that starts.
    sealed interface Look {
        /// @param missing what does not work all the same, a sentence each
        record Ready(List<String> missing) implements Look {
            public Ready {
                missing = List.copyOf(missing);
            }
        }

        /// @param what that which is missing still, such as `the bundled models`
        record NotYet(String what) implements Look {}

        /// @param why one sentence, without its full stop
        record Never(String why) implements Look {}
    }

    void until(Child child, Duration patience, Supplier<Look> looks) {
        long end = System.nanoTime() + patience.toNanos();
        var waitingFor = "";
        while (true) {
            requireWanted();
            if (!child.running()) {
                throw ended(child.component());
            }
            switch (looks.get()) {
                case Look.Ready(var missing) -> {
                    missing.forEach(sentence -> progress.say("Missing: " + sentence));
                    return;
                }
                case Look.Never(var why) ->
                        throw new Trouble(
                                "%s will not become ready: %s. Look at ./allodium logs %s."
                                        .formatted(
                                                child.component().program(),
                                                why,
                                                child.component().label()));
                case Look.NotYet(var what) -> {
                    if (!what.equals(waitingFor)) {
                        progress.say("Waiting for " + what);
                        waitingFor = what;
                    }
                }
            }
            if (System.nanoTime() > end) {
                child.logThreads();
                throw new Trouble(
                        "%s did not become ready within %d minutes: it still waits for %s; look at ./allodium logs %s."
                                .formatted(
                                        child.component().program(),
                                        patience.toMinutes(),
                                        waitingFor,
                                        child.component().label()));
            }
            Waiting.pause(250);
        }
    }

    /// A start that somebody stops does not wait on.
    void requireWanted() {
        if (new StopMark(folder).stands()) {
            throw new Trouble("Stopped by ./allodium down.");
        }
    }

    private Trouble ended(Component component) {
        return new Trouble(
                "%s ended while it started: %s (./allodium logs %s shows more)."
                        .formatted(
                                component.program(),
                                LastWords.of(folder, component),
                                component.label()));
    }
}
