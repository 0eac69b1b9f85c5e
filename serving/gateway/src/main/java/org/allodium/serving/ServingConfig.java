package org.allodium.serving;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.allodium.sovereignty.PoolId;
import org.eclipse.microprofile.config.Config;

/// Serving's configuration, read once at the start.
/// @param defaultMaxOutput tokens of an answer whose request names no maximum
/// @param parsingMaxBytes bytes of one organisation's bodies that are being read at once
/// @param queueCapacity requests that one pool takes in at once, the running one included
/// @param keepAlive how long a stream may be silent before a comment is sent
public record ServingConfig(
        Path home,
        int defaultMaxOutput,
        int maxBodyBytes,
        long parsingMaxBytes,
        int queueCapacity,
        Duration keepAlive,
        long cacheMaxBytes,
        Duration cacheLifespan,
        PoolId defaultPool,
        List<PoolId> bundledPools,
        List<PoolId> bundledPoolsAbroad,
        EngineSettings engine,
        LinkSettings link) {
    public ServingConfig {
        bundledPools = List.copyOf(bundledPools);
        bundledPoolsAbroad = List.copyOf(bundledPoolsAbroad);
        if (parsingMaxBytes < maxBodyBytes) {
            throw new IllegalArgumentException(
                    "allodium.serving.parsing-max-bytes must hold one whole body");
        }
        if (defaultMaxOutput < 1 || maxBodyBytes < 1 || queueCapacity < 1 || cacheMaxBytes < 1) {
            throw new IllegalArgumentException("allodium.serving: every size is at least 1");
        }
        if (!keepAlive.isPositive() || !cacheLifespan.isPositive()) {
            throw new IllegalArgumentException("allodium.serving: every duration is positive");
        }
    }

    public static ServingConfig from(Config config) {
        var home = Path.of(read(config, "allodium.home", String.class, ".allodium"));
        return new ServingConfig(
                home,
                read(config, "allodium.serving.default-max-output", Integer.class, 512),
                read(config, "allodium.serving.max-body-bytes", Integer.class, 2 * 1024 * 1024),
                read(config, "allodium.serving.parsing-max-bytes", Long.class, 16L * 1024 * 1024),
                read(config, "allodium.serving.queue-capacity", Integer.class, 256),
                read(config, "allodium.serving.keep-alive", Duration.class, Duration.ofSeconds(10)),
                read(config, "allodium.serving.cache.max-bytes", Long.class, 64L * 1024 * 1024),
                read(
                        config,
                        "allodium.serving.cache.lifespan",
                        Duration.class,
                        Duration.ofHours(1)),
                new PoolId(
                        read(
                                config,
                                "allodium.catalog.default-pool",
                                String.class,
                                "norrhamn-cpu")),
                pools(config, "allodium.catalog.bundled.pools", "norrhamn-cpu,sydal-cpu"),
                pools(config, "allodium.catalog.bundled.pools-abroad", "harbour-cpu"),
                EngineSettings.from(config),
                LinkSettings.from(config, home));
    }

    /// How this node and its peers tell each other of kept answers: by nothing where no peers are
    /// named. See decision 0170.
    /// @param node what the others call this one
    /// @param reachedAt `host:port` where the others reach it, if another than where it listens
    /// @param peers `host:port` of any of the others, or a name that stands for several
    /// @param keys the folder with `tls.key`, `tls.crt` and `ca.crt`
    public record LinkSettings(
            String node,
            String address,
            int port,
            Optional<String> reachedAt,
            List<String> peers,
            Path keys) {
        private static final Pattern PEER = Pattern.compile("[^\\s,\\[\\]]+:\\d{1,5}");

        public LinkSettings {
            peers = List.copyOf(peers);
            if (!Stream.concat(peers.stream(), reachedAt.stream())
                    .allMatch(PEER.asMatchPredicate())) {
                throw new IllegalArgumentException(
                        "allodium.serving.link.peers and reached-at are written as host:port");
            }
        }

        static LinkSettings from(Config config, Path home) {
            return new LinkSettings(
                    read(config, "allodium.node", String.class, "node-1"),
                    read(config, "allodium.serving.link.address", String.class, "127.0.0.1"),
                    read(config, "allodium.serving.link.port", Integer.class, 9082),
                    config.getOptionalValue("allodium.serving.link.reached-at", String.class),
                    names(config, "allodium.serving.link.peers", "").toList(),
                    Path.of(
                            read(
                                    config,
                                    "allodium.serving.link.keys",
                                    String.class,
                                    home.resolve("secrets/link").toString())));
        }

        public boolean isWanted() {
            return !peers.isEmpty();
        }
    }

    /// How models run in this process.
    /// @param devices where copies of a pool compute: `cpu`, some cores of it like `cpu:0-15,32`,
    ///     or `gpu:0`, `gpu:1` …
    /// @param cacheBytes the most memory for keys and values of one copy; 0 lets the engine choose
    /// @param lookup whether answers that repeat themselves or their prompt are computed several
    ///     tokens at a time, where that changes nothing of them
    /// @param watts what the device draws while it computes; 0 where nobody measured it
    public record EngineSettings(
            Function<PoolId, String> devices, long cacheBytes, boolean lookup, double watts) {
        private static final String DEVICE = "allodium.engine.device";

        public EngineSettings {
            if (cacheBytes < 0 || !(watts >= 0)) {
                throw new IllegalArgumentException(
                        "allodium.engine: memory and power must not be negative");
            }
        }

        static EngineSettings from(Config config) {
            return new EngineSettings(
                    pool -> device(config, pool),
                    read(config, "allodium.engine.cache-bytes", Long.class, 0L),
                    read(config, "allodium.engine.lookup", Boolean.class, true),
                    read(config, "allodium.engine.watts", Double.class, 0.0));
        }

        // Asked by name: variables of the environment cannot be listed by their keys.
        private static String device(Config config, PoolId pool) {
            return config.getOptionalValue(DEVICE + "." + pool.value(), String.class)
                    .orElseGet(() -> read(config, DEVICE, String.class, "cpu"));
        }

        public String device(PoolId pool) {
            return devices.apply(pool);
        }
    }

    private static <T> T read(Config config, String key, Class<T> type, T otherwise) {
        return config.getOptionalValue(key, type).orElse(otherwise);
    }

    private static List<PoolId> pools(Config config, String key, String otherwise) {
        return names(config, key, otherwise).map(PoolId::new).toList();
    }

    private static Stream<String> names(Config config, String key, String otherwise) {
        return Stream.of(read(config, key, String.class, otherwise).split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty());
    }
}
