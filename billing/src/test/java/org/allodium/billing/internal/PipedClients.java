package org.allodium.billing.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.allodium.billing.internal.AnsweringHouse.Conduct;

/// One run of an [AnsweringHouse], and what its clients have of it: whole answers and parts, each
/// with as many tokens as have come.
final class PipedClients {
    final Map<String, Integer> whole = new ConcurrentHashMap<>();
    final Map<String, Integer> partly = new ConcurrentHashMap<>();
    private final AtomicInteger heard = new AtomicInteger();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Process house;
    private final Thread listener;

    PipedClients(List<String> arguments, long seed, Conduct conduct, Path log) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command =
                new java.util.ArrayList<>(
                        List.of(
                                java,
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                AnsweringHouse.class.getName()));
        command.addAll(arguments);
        command.add(Long.toString(seed));
        command.add(conduct.name());
        house =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        listener = Thread.ofPlatform().name("clients").daemon().start(this::listen);
    }

    private void listen() {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(house.getInputStream(), StandardCharsets.US_ASCII))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void hear(String line) {
        if (line.equals(AnsweringHouse.READY)) {
            ready.countDown();
            return;
        }
        var words = line.split(" ");
        int tokens = Integer.parseInt(words[2]);
        heard.incrementAndGet();
        switch (words[0]) {
            case "piece" -> partly.put(words[1], tokens);
            case "whole" -> {
                partly.remove(words[1]);
                whole.put(words[1], tokens);
            }
            case "broken" -> {}
            default -> throw new IllegalArgumentException(line);
        }
    }

    /// Until the accounts are open: what an earlier run left is closed then.
    void awaitReady() throws InterruptedException {
        if (!ready.await(60, TimeUnit.SECONDS) || !house.isAlive()) {
            throw new IllegalStateException("The house does not open");
        }
    }

    /// An instant that does not depend on the machine's speed.
    void awaitHeard(int lines) throws InterruptedException {
        int last = heard.get() + lines;
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (heard.get() < last) {
            if (System.nanoTime() > deadline || !house.isAlive()) {
                throw new IllegalStateException("The house has fallen silent");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /// kill -9; what it had written before is heard. Not by [Process#destroyForcibly], which closes
    /// the pipe with what lies in it.
    void kill() throws InterruptedException {
        house.toHandle().destroyForcibly();
        house.waitFor();
        listener.join();
    }

    /// Nobody wants to hear any more.
    void abandon() {
        house.destroyForcibly();
    }

    /// Lets the answers under way come to their ends.
    void end() throws InterruptedException, IOException {
        house.getOutputStream().close();
        if (!house.waitFor(60, TimeUnit.SECONDS)) {
            kill();
            throw new IllegalStateException("The house does not end");
        }
        listener.join();
    }
}
