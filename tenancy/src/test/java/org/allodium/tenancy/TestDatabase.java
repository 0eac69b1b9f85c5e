package org.allodium.tenancy;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.tenancy.internal.ScopedTenantResolver;
import org.allodium.tenancy.internal.TenantConnections;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.jspecify.annotations.Nullable;

/// A fresh, migrated database on a real PostgreSQL with the product's three roles, as in
/// production: none is superuser, none escapes row isolation. One server per JVM, unless a test
/// brings its own; each instance is a database copied from a template that was migrated once.
public final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final TestServer server;
    private final String name;
    private final ThreadLocal<@Nullable EntityManager> present = new ThreadLocal<>();
    private final AtomicInteger statements = new AtomicInteger();
    private final ThreadLocal<@Nullable List<Runnable>> afterwards = new ThreadLocal<>();
    private @Nullable EntityManagerFactory factory;
    private @Nullable News news;

    private TestDatabase(TestServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /// Every room on the class path is migrated.
    public static TestDatabase fresh() {
        return on(Shared.SERVER);
    }

    /// On a server of its own.
    public static TestDatabase on(TestServer server) {
        String name = "test_" + COUNT.incrementAndGet();
        server.execute(
                "create database " + name + " template allodium_template owner allodium_owner");
        return new TestDatabase(server, name);
    }

    /// As an earlier release made it, empty, on the server of this JVM.
    /// @param version of that release's last script, `60?` where not every room has one of it
    public static TestDatabase ofRelease(String version) {
        var database = ofNothing();
        Schema.migrate(database.owner(), version);
        return database;
    }

    /// As before the first start, on the server of this JVM.
    public static TestDatabase ofNothing() {
        var name = "test_" + COUNT.incrementAndGet();
        Shared.SERVER.execute("create database " + name + " owner allodium_owner");
        return new TestDatabase(Shared.SERVER, name);
    }

    /// Lines of a table's name, a tab, and all its rows as a JSON array; nothing is checked.
    public void load(String lines) {
        Database.over(server.dataSource(name, "postgres"))
                .useTransaction(
                        handle -> {
                            handle.execute("set local session_replication_role = replica");
                            for (var line : lines.split("\n")) {
                                var table = line.substring(0, line.indexOf('\t'));
                                handle.createUpdate(
                                                "insert into %1$s select * from json_populate_recordset(null::%1$s, :rows::json)"
                                                        .formatted(table))
                                        .bind("rows", line.substring(table.length() + 1))
                                        .execute();
                            }
                        });
    }

    /// Brings it to the present form.
    public void upgrade() {
        Schema.migrate(owner());
    }

    /// To what a later release would make of it.
    /// @param later holds `db/<room>/V…__….sql` of that release
    public void upgrade(Path later) throws IOException {
        try (var scripts =
                new URLClassLoader(
                        new URL[] {later.toUri().toURL()}, Schema.class.getClassLoader())) {
            Schema.migrate(owner(), "latest", scripts);
        }
    }

    public String name() {
        return name;
    }

    public DataSource owner() {
        return server.dataSource(name, "allodium_owner");
    }

    public DataSource app() {
        return server.dataSource(name, "allodium_app");
    }

    public DataSource platform() {
        return server.dataSource(name, "allodium_platform");
    }

    /// As one node hears them; what [#inTransaction] changes binds when it returns.
    public synchronized News news() {
        if (news == null) {
            news = new News(platform(), Clock.systemUTC(), this::afterCommit);
        }
        return news;
    }

    private void afterCommit(Runnable work) {
        var later = afterwards.get();
        if (later == null) {
            work.run();
        } else if (later.isEmpty()) {
            later.add(work);
        }
    }

    /// The same source, whose statements count as Hibernate's do.
    public DataSource counted(DataSource source) {
        return CountedStatements.of(source, statements);
    }

    /// How many statements Hibernate and the counted sources have executed so far.
    public int statements() {
        return statements.get();
    }

    /// Must be called before [#inTransaction]; validates the entities against the migrated tables.
    public EntityManagerFactory entityManagers(Class<?>... entities) {
        if (factory != null) {
            throw new IllegalStateException("This database's entities are already named");
        }
        factory =
                new HibernatePersistenceConfiguration("allodium-" + name)
                        .managedClasses(entities)
                        .property(
                                "hibernate.multi_tenant_connection_provider",
                                new TenantConnections(counted(app()), counted(platform())))
                        .property(
                                "hibernate.tenant_identifier_resolver", new ScopedTenantResolver())
                        .property("hibernate.hbm2ddl.auto", "validate")
                        .createEntityManagerFactory();
        return factory;
    }

    /// Stands for `@PersistenceContext` in a service under test: means the entity manager of the
    /// [#inTransaction] that this thread is in.
    public EntityManager entityManager() {
        return (EntityManager)
                Proxy.newProxyInstance(
                        TestDatabase.class.getClassLoader(),
                        new Class<?>[] {EntityManager.class},
                        (proxy, method, arguments) -> {
                            var manager = present.get();
                            if (manager == null) {
                                throw new IllegalStateException("Not inside inTransaction");
                            }
                            try {
                                return method.invoke(manager, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /// Runs as a container would run a `@Transactional` method; inner calls join the outer
    /// transaction.
    public <T> T inTransaction(TenantScope scope, Function<EntityManager, T> work) {
        var outer = present.get();
        if (outer != null) {
            return scope.get(() -> work.apply(outer));
        }
        var entities = factory;
        if (entities == null) {
            throw new IllegalStateException("Call entityManagers first");
        }
        var later = new ArrayList<Runnable>();
        var result = scope.get(() -> entities.callInTransaction(one -> within(one, work, later)));
        later.forEach(Runnable::run);
        return result;
    }

    private <T> T within(
            EntityManager manager, Function<EntityManager, T> work, List<Runnable> later) {
        present.set(manager);
        afterwards.set(later);
        try {
            return work.apply(manager);
        } finally {
            present.remove();
            afterwards.remove();
        }
    }

    /// As [#inTransaction], for work without a result.
    public void runInTransaction(TenantScope scope, Runnable work) {
        inTransaction(
                scope,
                manager -> {
                    work.run();
                    return true;
                });
    }

    @Override
    public void close() {
        if (news != null) {
            news.stop();
        }
        if (factory != null) {
            factory.close();
        }
        server.execute("drop database if exists " + name + " with (force)");
    }

    /// The one server of this JVM; it stops with the JVM.
    private static final class Shared {
        static final TestServer SERVER = TestServer.start();
    }
}
