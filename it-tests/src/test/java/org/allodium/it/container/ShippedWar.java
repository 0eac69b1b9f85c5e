package org.allodium.it.container;

import java.io.File;
import org.assertj.core.api.Assertions;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/// The WAR that ships, as built; tests add nothing to it but themselves and their assertions.
final class ShippedWar {
    private ShippedWar() {}

    static WebArchive withTests() {
        var root = new File(System.getProperty("allodium.root"));
        return ShrinkWrap.create(ZipImporter.class, "allodium.war")
                .importFrom(new File(root, "portal-ui/target/allodium.war"))
                .as(WebArchive.class)
                .addAsLibraries(
                        new File(
                                Assertions.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .getPath()))
                .addClass(ShippedWar.class);
    }
}
