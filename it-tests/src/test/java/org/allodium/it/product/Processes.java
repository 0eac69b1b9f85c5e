package org.allodium.it.product;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.allodium.launcher.Component;

/// Signals to the product's processes, past the launcher.
public final class Processes {
    private Processes() {}

    public static ProcessHandle of(Component component) throws IOException {
        var file = Product.home().resolve("run").resolve(component.label() + ".pid");
        long pid = Long.parseLong(Files.readString(file).strip().split(" ")[0]);
        return ProcessHandle.of(pid).orElseThrow();
    }

    /// To the process and all that it started.
    public static void signal(Component component, String name) throws Exception {
        var main = of(component);
        var command =
                Stream.concat(
                                Stream.of("kill", "-" + name, Long.toString(main.pid())),
                                main.descendants().map(child -> Long.toString(child.pid())))
                        .toList();
        run(command);
    }

    /// To the process alone.
    public static void signalMain(Component component, String name) throws Exception {
        run(List.of("kill", "-" + name, Long.toString(of(component).pid())));
    }

    private static void run(List<String> command) throws Exception {
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
