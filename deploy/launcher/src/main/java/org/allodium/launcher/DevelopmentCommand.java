package org.allodium.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.EnumSet;
import java.util.List;

/// `./allodium dev`: the product over the checkout's own classes, which takes in what is saved.
/// PostgreSQL and Keycloak are those of `up`, and run on when it ends.
record DevelopmentCommand(StackSettings settings, DataFolder folder, PrintStream out) {
    /// Read by the portal, which then looks for its texts each time.
    private static final String TEXTS_ANEW = "-Dallodium.development=true";

    int run() {
        var checkout = SourceModules.of(settings.root());
        var recompiler = new Recompiler(checkout, Development.apis(settings.root()));
        Thread.ofVirtual().name("warm-up").start(recompiler::warmUp);
        int debugger = freePort();
        var loose =
                new Stack.Loose(
                        checkout,
                        List.of(
                                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:"
                                        + debugger,
                                // A new deployment starts the server: soon up beats peak speed.
                                "-XX:TieredStopAtLevel=1",
                                TEXTS_ANEW));
        var interrupt =
                new Interrupt(
                        settings,
                        out,
                        EnumSet.of(Component.PORTAL),
                        "PostgreSQL and Keycloak run on; ./allodium down stops them.");
        try {
            var stack = Stack.startLoose(settings, this::say, loose);
            out.println(stack.status().greeting());
        } catch (Trouble trouble) {
            interrupt.waitIfStopping();
            interrupt.disarm();
            throw trouble;
        }
        out.println("  What is saved is taken in; a debugger finds the server at port " + debugger);
        out.println("  Ctrl-C ends the server.");
        var server =
                new Development.Running(
                        new ClassSwap(debugger), () -> Stack.startLoose(settings, _ -> {}, loose));
        new Development(checkout, recompiler, server, this::say)
                .watch(() -> Child.find(folder, Component.PORTAL).isPresent());
        interrupt.waitIfStopping();
        interrupt.disarm();
        out.println("The server has ended.");
        return 0;
    }

    private void say(String line) {
        out.println("  " + line);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }
}
