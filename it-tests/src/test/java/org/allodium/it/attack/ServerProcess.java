package org.allodium.it.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.allodium.it.product.Product;

/// What the server's process costs the machine, as the kernel counts it.
record ServerProcess(long threads, long residentBytes) {

    static ServerProcess now() throws IOException {
        var status = Files.readAllLines(Path.of("/proc/" + pid() + "/status"));
        return new ServerProcess(number(status, "Threads:"), number(status, "VmRSS:") * 1024);
    }

    static long pid() throws IOException {
        var file = Product.home().resolve("run/portal.pid");
        return Long.parseLong(Files.readString(file).strip().split(" ")[0]);
    }

    private static long number(Iterable<String> lines, String name) {
        for (var line : lines) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IllegalStateException("The kernel does not say " + name);
    }
}
