package org.allodium.it.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.allodium.tenancy.TestDatabase;
import org.postgresql.ds.PGSimpleDataSource;

/// Lays out the server into which Arquillian deploys the WAR that ships: the product's own
/// configuration, a database of its own, and the Keycloak that runs beside.
final class ContainerServer {
    private final Path usr;
    private final Path configuration;
    private final Path libraries;

    ContainerServer(Path root, Path work) {
        this.usr = work.resolve("usr").toAbsolutePath();
        this.configuration = root.resolve("src/main/liberty/config").toAbsolutePath().normalize();
        this.libraries = root.resolve("deploy/launcher/target/dist").toAbsolutePath().normalize();
    }

    void layOut(Path wlp, int port, Map<String, String> product) {
        var server = usr.resolve("servers/container");
        try {
            Files.createDirectories(server);
            Files.writeString(server.resolve("server.xml"), serverXml());
            Files.writeString(server.resolve("bootstrap.properties"), properties(port, product));
            Files.writeString(
                    server.resolve("jvm.options"),
                    Files.readString(configuration.resolve("jvm.options")));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        System.setProperty("allodium.it.wlp", wlp.toString());
        System.setProperty("allodium.it.usr", usr.toString());
        System.setProperty("allodium.it.port", Integer.toString(port));
    }

    private String serverXml() {
        return """
        <server>
          <include location="%1$s/features.xml"/>
          <include location="%1$s/http.xml"/>
          <include location="%1$s/database.xml"/>
          <featureManager><feature>localConnector-1.0</feature></featureManager>
          <library id="djl"><fileset dir="${allodium.lib}/djl" includes="*.jar"/></library>
          <applicationManager startTimeout="240s"/>
        </server>
        """
                .formatted(configuration);
    }

    private String properties(int port, Map<String, String> product) {
        var all = new LinkedHashMap<String, String>();
        product.forEach((name, value) -> all.put(name.toLowerCase().replace('_', '.'), value));
        var database = TestDatabase.fresh();
        var owner = (PGSimpleDataSource) database.owner();
        all.put("allodium.db.host", "127.0.0.1");
        all.put("allodium.db.port", Integer.toString(owner.getPortNumbers()[0]));
        all.put("allodium.db.name", String.valueOf(owner.getDatabaseName()));
        all.put("allodium.db.owner.password", password(database.owner()));
        all.put("allodium.db.app.password", password(database.app()));
        all.put("allodium.db.platform.password", password(database.platform()));
        all.put("allodium.home", usr.resolve("home").toString());
        all.put(
                "allodium.signing.key.file",
                usr.resolve("home/secrets/receipt-signing-key.json").toString());
        all.put("allodium.port", Integer.toString(port));
        // The product beside it has that port.
        all.put("allodium.management.port", "-1");
        all.put("allodium.portal.url", "http://localhost:" + port);
        all.put("allodium.lib", libraries.toString());
        all.remove("allodium.demo.file");
        return all.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String password(javax.sql.DataSource source) {
        return String.valueOf(((PGSimpleDataSource) source).getPassword());
    }
}
