package org.allodium.it.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /// The command lines of all that works in this data folder, whoever started it.
    public static List<String> in(Path home) {
        var folder = home.toAbsolutePath().normalize();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> worksIn(process, folder))
                .map(process -> process.pid() + " " + process.info().commandLine().orElse("?"))
                .toList();
    }

    private static boolean worksIn(ProcessHandle process, Path folder) {
        var proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readSymbolicLink(proc.resolve("cwd")).startsWith(folder)
                    || Files.readString(proc.resolve("cmdline")).contains(folder + "/");
        } catch (IOException ended) {
            return false;
        }
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
