package org.allodium.portal.shell;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.enterprise.inject.spi.ProcessInjectionPoint;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.allodium.tenancy.News;
import org.allodium.tenancy.TestDatabase;
import org.jboss.weld.injection.spi.JpaInjectionServices;
import org.jboss.weld.injection.spi.ResourceInjectionServices;
import org.jboss.weld.injection.spi.ResourceReferenceFactory;
import org.jboss.weld.injection.spi.helpers.SimpleResourceReference;

/// What the server injects into the rooms: data sources by their names, the persistence context,
/// and threads.
final class Surroundings implements ResourceInjectionServices, JpaInjectionServices {
    private static final ScheduledExecutorService THREADS =
            Executors.newScheduledThreadPool(2, Thread.ofPlatform().daemon().factory());

    private final TestDatabase database;
    private final EntityManagerFactory entities;

    Surroundings(TestDatabase database, EntityManagerFactory entities) {
        this.database = database;
        this.entities = entities;
    }

    @Override
    public ResourceReferenceFactory<Object> registerResourceInjectionPoint(InjectionPoint point) {
        var type = (Class<?>) point.getType();
        var name = point.getAnnotated().getAnnotation(Resource.class).lookup();
        return () -> new SimpleResourceReference<>(resource(name, type));
    }

    @Override
    public ResourceReferenceFactory<Object> registerResourceInjectionPoint(
            String jndiName, String mappedName) {
        throw new UnsupportedOperationException(jndiName);
    }

    private Object resource(String name, Class<?> type) {
        return switch (name) {
            case "jdbc/app" -> database.counted(database.app());
            case "jdbc/platform" -> database.counted(database.platform());
            case "jdbc/owner" -> database.owner();
            default -> threads(type);
        };
    }

    @Override
    public ResourceReferenceFactory<EntityManager> registerPersistenceContextInjectionPoint(
            InjectionPoint point) {
        return () -> new SimpleResourceReference<>(database.entityManager());
    }

    @Override
    public ResourceReferenceFactory<EntityManagerFactory> registerPersistenceUnitInjectionPoint(
            InjectionPoint point) {
        return () -> new SimpleResourceReference<>(entities);
    }

    @Override
    public void cleanup() {
        database.close();
    }

    private static <T> T threads(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            try {
                                return method.invoke(THREADS, arguments);
                            } catch (InvocationTargetException failure) {
                                throw failure.getCause();
                            }
                        }));
    }

    /// The server makes a bean of each executor that is defined; here, of each that is asked for.
    static final class Threads implements Extension {
        private final Set<Set<Annotation>> wanted = new HashSet<>();

        void hear(@Observes ProcessInjectionPoint<?, ManagedExecutorService> point) {
            wanted.add(point.getInjectionPoint().getQualifiers());
        }

        void bring(@Observes AfterBeanDiscovery beans) {
            for (var qualifiers : wanted) {
                beans.<ManagedExecutorService>addBean()
                        .addType(ManagedExecutorService.class)
                        .qualifiers(qualifiers)
                        .createWith(context -> threads(ManagedScheduledExecutorService.class));
            }
        }
    }

    /// What is the test's own.
    @ApplicationScoped
    static class Beans {
        static TestDatabase database;

        @Produces
        TestDatabase database() {
            return database;
        }

        /// There is no transaction manager: the test's database knows when something binds.
        @Produces
        @Alternative
        @Priority(1)
        News news() {
            return database.news();
        }

        @Produces
        @Alternative
        @Priority(1)
        Clock clock() {
            return MovableClock.CLOCK;
        }
    }
}
