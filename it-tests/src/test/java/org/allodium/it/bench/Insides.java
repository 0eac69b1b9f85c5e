package org.allodium.it.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.allodium.it.bench.inside.RemoteServlet;
import org.allodium.it.product.Product;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/// The server that is measured with an engine over HTTP: it holds what ships, and the pool that
/// asks such an engine.
final class Insides {
    private Insides() {}

    /// This checkout, but for its WAR.
    static Path checkout() throws IOException {
        var root = Product.root().toAbsolutePath().normalize();
        var folder = Path.of("target/measured").toAbsolutePath();
        Files.createDirectories(folder.resolve("portal-ui/target"));
        for (var part : new String[] {"deploy", "src"}) {
            Files.deleteIfExists(folder.resolve(part));
            Files.createSymbolicLink(folder.resolve(part), root.resolve(part));
        }
        var more =
                ShrinkWrap.create(JavaArchive.class, "bench-inside.jar")
                        .addPackage(RemoteServlet.class.getPackage())
                        .addAsManifestResource(EmptyAsset.INSTANCE, "beans.xml");
        ShrinkWrap.create(ZipImporter.class, "allodium.war")
                .importFrom(root.resolve("portal-ui/target/allodium.war").toFile())
                .as(WebArchive.class)
                .addAsLibraries(more)
                .as(ZipExporter.class)
                .exportTo(folder.resolve("portal-ui/target/allodium.war").toFile(), true);
        return folder;
    }

    /// From now on what is not kept is answered there.
    static void answerFrom(InstantEngine engine) throws IOException {
        var door = URI.create(Product.portal() + "/remote?port=" + engine.port());
        try (var in = door.toURL().openStream()) {
            var said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (!said.equals("remote")) {
                throw new IOException("The engine is not behind the server: " + said);
            }
        }
    }
}
