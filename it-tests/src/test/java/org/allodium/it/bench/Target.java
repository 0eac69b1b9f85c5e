package org.allodium.it.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// What is measured: a server, how it is asked, and the processes whose time it spends.
/// @param ask the nth request, whole
/// @param processes with all their children
record Target(String name, int port, IntFunction<byte[]> ask, List<Long> processes) {
    private static final double MILLIS_PER_TICK = 10;

    Target {
        processes = List.copyOf(processes);
    }

    static byte[] post(String path, String body, String... headers) {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        return ("POST "
                        + path
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + lines(headers)
                        + "Content-Length: "
                        + bytes.length
                        + "\r\n\r\n"
                        + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] get(String path, String... headers) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines(headers) + "\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String lines(String... headers) {
        return Stream.of(headers).map(header -> header + "\r\n").reduce("", String::concat);
    }

    /// Processor time of one of its processes and those below it, in milliseconds.
    double millis(int process) {
        return process < processes.size()
                ? ProcessHandle.of(processes.get(process)).map(Target::withChildren).orElse(0.0)
                        * MILLIS_PER_TICK
                : 0;
    }

    private static double withChildren(ProcessHandle process) {
        return ticks(process) + process.descendants().mapToDouble(Target::ticks).sum();
    }

    /// Processor time of the process and of those below it that have ended.
    static double ticks(ProcessHandle process) {
        return ticks(process, 4);
    }

    /// Processor time of the process alone.
    static double alone(ProcessHandle process) {
        return ticks(process, 2);
    }

    private static double ticks(ProcessHandle process, int fields) {
        try {
            var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            var all = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = 0;
            for (int field = 11; field < 11 + fields; field++) {
                ticks += Long.parseLong(all[field]);
            }
            return ticks;
        } catch (IOException gone) {
            return 0;
        }
    }
}
