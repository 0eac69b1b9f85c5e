package org.allodium.launcher;

import java.io.PrintStream;
import java.util.EnumSet;
import java.util.Set;

/// Ctrl-C: stops the children in order before the launcher ends.
final class Interrupt {
    private final StackSettings settings;
    private final PrintStream out;
    private final Thread hook = new Thread(this::stop, "stop");
    private final Set<Component> ends;
    private final String lastWord;
    private volatile boolean stopping;

    Interrupt(StackSettings settings, PrintStream out) {
        this(settings, out, EnumSet.allOf(Component.class), "Allodium is stopped; its data stays.");
    }

    /// @param ends what ends with the launcher
    Interrupt(StackSettings settings, PrintStream out, Set<Component> ends, String lastWord) {
        this.settings = settings;
        this.out = out;
        this.ends = ends;
        this.lastWord = lastWord;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    void disarm() {
        if (!stopping) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /// Never returns once the stop has begun: the launcher ends, and children's ends are no news.
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
        while (Stack.stop(settings.home(), ends, out::println)) {
            Waiting.pause(100);
        }
        Stack.keepClasses(settings);
        DataFolder.delete(folder.run().resolve("starter.pid"));
        Supervisor.retire(folder);
        mark.remove();
        out.println(lastWord);
    }
}
