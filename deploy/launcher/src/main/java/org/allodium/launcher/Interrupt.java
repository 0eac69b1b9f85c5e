package org.allodium.launcher;

import java.io.PrintStream;

/// Ctrl-C: stops the children in order before the launcher ends.
final class Interrupt {
    private final StackSettings settings;
    private final PrintStream out;
    private final Thread hook = new Thread(this::stop, "stop");
    private volatile boolean stopping;

    Interrupt(StackSettings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    void disarm() {
        if (!stopping) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /// Never returns once the stop has begun: the launcher ends with it, and the children's ends
    /// are no news then.
    void waitIfStopping() {
        while (stopping) {
            Waiting.pause(1000);
        }
    }

    private void stop() {
        stopping = true;
        var folder = new DataFolder(settings.home());
        var mark = new StopMark(folder);
        mark.set();
        out.println();
        // Again until nothing runs: the start may have been about to add one more.
        while (Stack.stop(settings.home(), out::println)) {
            Waiting.pause(100);
        }
        DataFolder.delete(folder.run().resolve("starter.pid"));
        Supervisor.retire(folder);
        mark.remove();
        out.println("Allodium is stopped; its data stays.");
    }
}
