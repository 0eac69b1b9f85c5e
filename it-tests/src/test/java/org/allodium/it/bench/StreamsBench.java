package org.allodium.it.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.allodium.it.bench.StreamCrowd.Figures;
import org.allodium.it.bench.inside.PaceServlet;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Product;
import org.allodium.launcher.Component;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/// A thousand streams at once, each token an event: how much later than its engine says it the path
/// brings it to the client, beside a servlet that does nothing but write. The engine costs nothing
/// and keeps a pace: it is put into the server that is measured, before the model's own pool.
class StreamsBench {
    private static final int STREAMS = Integer.getInteger("allodium.streams", 1_000);
    private static final int MINUTES = Integer.getInteger("allodium.streams.minutes", 10);
    private static final int TOKENS = 400;
    private static final double LIMIT_MILLIS = 20;

    @Test
    void aThousandStreams() throws Exception {
        Product.serving(checkout(), StreamsBench::measure);
    }

    private static Void measure() throws Exception {
        GatewayBench.prepare();
        line("%s", Machine.words());
        double bare = bare();
        double each = bare / 2 / STREAMS;
        long nanos = (long) (1e9 / each);
        line(
                "a bare servlet writes %.0f tokens/s, each as soon as the one before it has left; half of it is %.1f tokens/s for each of %d streams",
                bare, each, STREAMS);
        try (var crowd = crowd("/bench/bare?tokens=" + TOKENS + "&nanos=" + nanos)) {
            crowd.begin(TOKENS / each);
            print("the servlet, paced", crowd.listen(20), 20);
        }
        try (var crowd = new StreamCrowd(port(), STREAMS, question())) {
            get("/bench/pace?nanos=" + nanos);
            product(crowd, TOKENS / each);
        }
        return null;
    }

    private static void product(StreamCrowd crowd, double seconds) throws Exception {
        crowd.begin(seconds);
        crowd.listen(15);
        long first = held();
        var all = new Figures(new Delays(), new Delays());
        crowd.listen(5);
        for (int minute = 1; minute <= MINUTES; minute++) {
            var figures = crowd.listen(60);
            print("minute " + minute, figures, 60);
            all.add(figures);
        }
        line(
                "added between tokens: p99 %.1f ms (%s)",
                all.apart().percentile(0.99),
                Machine.atMost(all.apart().percentile(0.99), LIMIT_MILLIS));
        crowd.listen(5);
        line("reachable at first %d MB, at last %d MB", first >> 20, held() >> 20);
    }

    /// Tokens a second of all streams.
    private static double bare() throws IOException {
        try (var crowd = crowd("/bench/bare?tokens=2000&nanos=0")) {
            crowd.begin(1);
            crowd.listen(10);
            return crowd.listen(10).late().count() / 10.0;
        }
    }

    private static StreamCrowd crowd(String path) throws IOException {
        return new StreamCrowd(port(), STREAMS, Target.get(path));
    }

    private static byte[] question() {
        return Target.post(
                "/v1/chat/completions",
                "{\"model\":\"allodium-guide\",\"stream\":true,\"temperature\":1,\"ignore_eos\":true,\"max_tokens\":%d,\"messages\":[{\"role\":\"user\",\"content\":\"Tell me\"}]}"
                        .formatted(TOKENS),
                "Authorization: Bearer " + Product.key("standard"));
    }

    private static void print(String what, Figures figures, int seconds) throws IOException {
        line(
                "%s: %.0f tokens/s, late %s; added between tokens %s; %s",
                what,
                figures.late().count() / (double) seconds,
                figures.late(),
                figures.apart(),
                resident());
    }

    private static String resident() throws IOException {
        var status = Path.of("/proc/" + Processes.of(Component.PORTAL).pid() + "/status");
        try (var lines = Files.lines(status)) {
            long kilobytes =
                    lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
            return "resident %d MB".formatted(kilobytes >> 10);
        }
    }

    private static long held() throws IOException {
        return Long.parseLong(get("/bench/memory"));
    }

    private static String get(String path) throws IOException {
        try (var in = URI.create(Product.portal() + path).toURL().openStream()) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private static int port() {
        return URI.create(Product.api()).getPort();
    }

    private static void line(String format, Object... figures) {
        System.out.println("  " + String.format(Locale.ROOT, format, figures));
    }

    /// This checkout, but for its WAR, which holds the engine and the servlet beside what ships.
    private static Path checkout() throws IOException {
        var root = Product.root().toAbsolutePath().normalize();
        var folder = Path.of("target/streams").toAbsolutePath();
        Files.createDirectories(folder.resolve("portal-ui/target"));
        for (var part : new String[] {"deploy", "src"}) {
            Files.deleteIfExists(folder.resolve(part));
            Files.createSymbolicLink(folder.resolve(part), root.resolve(part));
        }
        var more =
                ShrinkWrap.create(JavaArchive.class, "bench-inside.jar")
                        .addPackage(PaceServlet.class.getPackage())
                        .addAsManifestResource(EmptyAsset.INSTANCE, "beans.xml");
        ShrinkWrap.create(ZipImporter.class, "allodium.war")
                .importFrom(root.resolve("portal-ui/target/allodium.war").toFile())
                .as(WebArchive.class)
                .addAsLibraries(more)
                .as(ZipExporter.class)
                .exportTo(folder.resolve("portal-ui/target/allodium.war").toFile(), true);
        return folder;
    }
}
