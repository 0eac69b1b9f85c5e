package org.allodium.it.bench;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.allodium.it.bench.Rounds.Latency;
import org.allodium.it.bench.Rounds.Load;

/// Says what was measured, and whether it meets the lines of the table in `docs/performance.md`.
final class Figures {
    private Figures() {}

    /// The lines bind the cached answer; what an engine over HTTP costs more is printed beside it.
    static void latency(Map<String, Latency> chat) {
        var engine = chat.get("engine");
        chat.forEach((name, latency) -> print(name, latency, engine));
        Optional.ofNullable(chat.get("portkey"))
                .ifPresent(
                        peer -> {
                            double theirs = added(peer, engine);
                            double ours = added(chat.get("allodium"), engine) / theirs;
                            double remote = added(chat.get("remote"), engine) / theirs;
                            line(
                                    "added latency, one at a time: %.2f of Portkey's (%s), with an engine over HTTP %.2f",
                                    ours, Machine.atMost(ours, 0.4), remote);
                        });
    }

    static void light(Map<String, Latency> light) {
        var health = light.get("health");
        light.forEach((name, latency) -> print(name, latency, health));
        var models = added(light.get("models"), health);
        line("models beside health: %.2f ms more (%s)", models, Machine.atMost(models, 0.3));
    }

    static void streams(Map<String, Latency> streams) {
        var engine = streams.get("engine");
        streams.forEach((name, latency) -> print(name + ", streamed", latency, engine));
        var ours = streams.get("allodium");
        double first = ours.firstByte() - engine.firstByte();
        line("first byte of a stream: %.2f ms more (%s)", first, Machine.atMost(first, 0.6));
        line("last byte of a stream: %.2f ms more", added(ours, engine));
        Optional.ofNullable(streams.get("portkey"))
                .ifPresent(
                        peer ->
                                line(
                                        "Portkey's: first byte %.2f ms more, last byte %.2f ms more",
                                        peer.firstByte() - engine.firstByte(),
                                        added(peer, engine)));
    }

    static void loads(Map<String, Load> loads) {
        loads.forEach(Figures::print);
        Optional.ofNullable(loads.get("portkey"))
                .ifPresent(peer -> beside(peer, loads.get("allodium"), loads.get("remote")));
    }

    private static void beside(Load peer, Load ours, Load remote) {
        double rate = ours.perSecond() / peer.perSecond();
        line(
                "requests/s: %.2f of Portkey's (%s), with an engine over HTTP %.2f",
                rate, Machine.atLeast(rate, 4), remote.perSecond() / peer.perSecond());
        double processor = processor(ours) / peer.serverMillis();
        line(
                "processor time: %.2f of Portkey's (%s), with an engine over HTTP %.2f",
                processor, Machine.atMost(processor, 0.4), processor(remote) / peer.serverMillis());
        double p99 = ours.p99() / peer.p50();
        line(
                "p99: %.2f of Portkey's p50 (%s), with an engine over HTTP %.2f",
                p99, Machine.atMost(p99, 1), remote.p99() / peer.p50());
    }

    private static double processor(Load load) {
        return load.serverMillis() + load.databaseMillis();
    }

    static void print(String name, Load load) {
        line(
                "%-9s %.0f requests/s [%.0f to %.0f], p50 %.1f ms, p99 %.1f ms, processor %.3f + %.3f ms, %d requests",
                name,
                load.perSecond(),
                load.least(),
                load.greatest(),
                load.p50(),
                load.p99(),
                load.serverMillis(),
                load.databaseMillis(),
                load.requests());
    }

    static void print(String name, Latency latency, Latency reference) {
        line(
                "%-9s p50 %.3f ms [%.3f to %.3f], added %.3f ms, first byte %.3f ms",
                name,
                latency.median(),
                latency.least(),
                latency.greatest(),
                added(latency, reference),
                latency.firstByte());
    }

    static double added(Latency of, Latency reference) {
        return of.median() - reference.median();
    }

    static void line(String format, Object... figures) {
        System.out.println("  " + String.format(Locale.ROOT, format, figures));
    }
}
