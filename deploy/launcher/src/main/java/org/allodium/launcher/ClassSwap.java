package org.allodium.launcher;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Puts new bytes into classes that a running machine has loaded, through its debugger's port. It
/// attaches for the swap only, so that an editor's debugger can be attached at other times.
record ClassSwap(int port) {
    private static final int TRIES = 40;
    private static final long PAUSE_MILLIS = 50;

    /// Whether the machine now runs the new classes. It takes other bodies of methods, and nothing
    /// that changes which members a class has; a class that it has not loaded yet it will read from
    /// the disk.
    boolean swap(Map<String, byte[]> classes) {
        VirtualMachine machine;
        try {
            machine = attachWhenFree();
        } catch (IOException | IllegalConnectorArgumentsException nobodyAnswers) {
            return false;
        }
        try {
            var loaded = new HashMap<ReferenceType, byte[]>();
            classes.forEach(
                    (name, bytes) ->
                            machine.classesByName(name).forEach(type -> loaded.put(type, bytes)));
            if (!loaded.isEmpty()) {
                machine.redefineClasses(loaded);
            }
            return true;
        } catch (UnsupportedOperationException | LinkageError anotherShape) {
            return false;
        } finally {
            machine.dispose();
        }
    }

    /// A machine listens again only a moment after the last debugger has left.
    private VirtualMachine attachWhenFree() throws IOException, IllegalConnectorArgumentsException {
        for (int left = TRIES; ; left--) {
            try {
                return attach();
            } catch (IOException busy) {
                if (left == 1) {
                    throw busy;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
    }

    private VirtualMachine attach() throws IOException, IllegalConnectorArgumentsException {
        var connector =
                Bootstrap.virtualMachineManager().attachingConnectors().stream()
                        .filter(each -> each.transport().name().equals("dt_socket"))
                        .findFirst()
                        .orElseThrow();
        var arguments = connector.defaultArguments();
        set(arguments, "hostname", "127.0.0.1");
        set(arguments, "port", Integer.toString(port));
        set(arguments, "timeout", "2000");
        return connector.attach(arguments);
    }

    private static void set(
            Map<String, ? extends Connector.Argument> arguments, String name, String value) {
        Objects.requireNonNull(arguments.get(name)).setValue(value);
    }
}
