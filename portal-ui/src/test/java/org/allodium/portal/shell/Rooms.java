package org.allodium.portal.shell;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessObserverMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.allodium.identity.RecordingKeycloak;
import org.allodium.tenancy.TestDatabase;
import org.jboss.weld.bootstrap.spi.BeanDiscoveryMode;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.environment.se.WeldContainer;

/// All rooms of the product in this JVM, their beans and interceptors as they ship, over a real
/// PostgreSQL. [Surroundings] stands for what the server brings, and a [RecordingKeycloak] for
/// Keycloak. No model computes: [StatedModel] says what the engine would find in its files.
final class Rooms {
    /// Knows nobody, and takes whatever it is told.
    static final RecordingKeycloak KEYCLOAK = new RecordingKeycloak();

    private static WeldContainer container = open();

    private Rooms() {}

    static <T> T the(Class<T> service) {
        return container.select(service).get();
    }

    static BeanManager beans() {
        return container.getBeanManager();
    }

    /// Over an empty database. Takes a second or two.
    static void anew() {
        container.shutdown();
        container = open();
    }

    private static WeldContainer open() {
        try {
            System.setProperty("allodium.home", Files.createTempDirectory("rooms").toString());
            System.setProperty("allodium.keycloak.url", KEYCLOAK.address().toString());
            var database = TestDatabase.fresh();
            var entities = database.entityManagers(entities());
            Surroundings.Beans.database = database;
            return new Weld()
                    .setBeanDiscoveryMode(BeanDiscoveryMode.ANNOTATED)
                    .addBeanClasses(Portal.classes().toArray(Class<?>[]::new))
                    .addBeanClasses(InTransaction.class, Surroundings.Beans.class)
                    .addBeanClass(StatedModel.class)
                    .addExtension(new QuietStart())
                    .addExtension(new Surroundings.Threads())
                    .skipShutdownHook()
                    .addServices(new Surroundings(database, entities))
                    .initialize();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Those that the persistence unit lists.
    private static Class<?>[] entities() throws IOException {
        var unit = Files.readString(Path.of("src/main/resources/META-INF/persistence.xml"));
        return Pattern.compile("<class>(.+?)</class>")
                .matcher(unit)
                .results()
                .map(found -> Portal.type(found.group(1)))
                .toArray(Class<?>[]::new);
    }

    /// The test database is migrated already and has its own news, Keycloak needs to learn nothing,
    /// models would take seconds, and nobody is waited for at the end.
    static final class QuietStart implements Extension {
        private static final Set<String> LEFT_OUT =
                Set.of("SchemaAtStart", "News", "KeycloakCourier", "ModelLoader", "Drain");

        void leaveOut(@Observes ProcessObserverMethod<?, ?> start) {
            if (LEFT_OUT.contains(start.getObserverMethod().getBeanClass().getSimpleName())) {
                start.veto();
            }
        }
    }
}
