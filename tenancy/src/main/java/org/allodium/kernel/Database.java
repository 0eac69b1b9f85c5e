package org.allodium.kernel;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Handles;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.Arguments;
import org.jdbi.v3.core.generic.GenericTypes;
import org.jdbi.v3.core.statement.Cleanable;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.TemplateEngine;
import org.jspecify.annotations.Nullable;

/// SQL by Jdbi, configured once: parameters by name (`:tenant`), columns by name, and types as
/// [SqlTypes] says. Making one costs nothing, so a method may make its own. What fails comes as a
/// `JdbiException`; [#cause] finds the database's own word in it. See decision 0025.
public final class Database {
    // One Jdbi for all sources, since its caches know statements and types: whence the connection
    // of the handle that is just being opened comes.
    private static final ScopedValue<ConnectionFactory> SOURCE = ScopedValue.newInstance();
    private static final Jdbi JDBI = configured();
    private static final ClassValue<Function<Object, Argument>> ARRAYS = new Arrays();
    private static final int DEEPEST = 20;

    private final ConnectionFactory source;

    private Database(ConnectionFactory source) {
        this.source = source;
    }

    /// Commits what was done so far on a connection whose transactions its holder ends itself; what
    /// follows is another transaction.
    public static void commit(Handle handle) {
        handle.commit();
    }

    public static Database over(DataSource source) {
        return new Database(source::getConnection);
    }

    /// For whoever was given one connection, and no source, to work on as they see fit.
    public static Database over(Connection connection) {
        return new Database(new Held(connection));
    }

    /// On a connection that somebody else holds, who alone ends its transaction and closes it. The
    /// handle need not be closed: nothing happens then.
    public static Handle on(Connection connection) {
        return open(new Held(connection));
    }

    /// As the connection comes: each statement by itself, or whatever transaction the container has
    /// put around it. Autocommit is not touched.
    public <T extends @Nullable Object, X extends Exception> T withHandle(HandleCallback<T, X> work)
            throws X {
        try (var handle = open(source)) {
            return work.withHandle(handle);
        }
    }

    public <X extends Exception> void useHandle(HandleConsumer<X> work) throws X {
        withHandle(work.asCallback());
    }

    /// In a transaction of its own, which whatever is thrown takes back. Where the connection is in
    /// one already, as in one of the container's, this fails: it could not be committed here.
    public <T extends @Nullable Object, X extends Exception> T inTransaction(
            HandleCallback<T, X> work) throws X {
        try (var handle = open(source)) {
            // Jdbi itself would join, and commit nothing.
            if (handle.isInTransaction()) {
                throw new IllegalStateException("The connection is in a transaction already");
            }
            return handle.inTransaction(work);
        }
    }

    public <X extends Exception> void useTransaction(HandleConsumer<X> work) throws X {
        inTransaction(work.asCallback());
    }

    /// As [#inTransaction], held to one tenant: the row policies show and take its rows alone, as
    /// far as the source's role is under them. Reads go this way too, since only the transaction's
    /// end takes the tenant off the connection.
    public <T extends @Nullable Object, X extends Exception> T inTransactionOf(
            UUID tenant, HandleCallback<T, X> work) throws X {
        return inTransaction(
                handle -> {
                    handle.createQuery("select set_config('app.tenant', :tenant, true)")
                            .bind("tenant", tenant.toString())
                            .mapTo(String.class)
                            .one();
                    return work.withHandle(handle);
                });
    }

    /// A list as a parameter, for `= any(:ids)` and `unnest(:ids, …)`. Jdbi's `bindArray` finds out
    /// anew for every statement how it is bound, which takes as long as the rest of it.
    public static <T> Argument array(Class<T> elements, Iterable<? extends @Nullable T> values) {
        return ARRAYS.get(elements).apply(values);
    }

    /// What database or driver said, where one of their exceptions is among the failure's causes.
    public static Optional<SQLException> cause(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof SQLException found) {
                return Optional.of(found);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private static Handle open(ConnectionFactory source) {
        return ScopedValue.where(SOURCE, source).call(JDBI::open);
    }

    private static Jdbi configured() {
        var jdbi = Jdbi.create(new Present());
        jdbi.configure(
                SqlStatements.class,
                statements -> statements.setTemplateEngine(TemplateEngine.NOP));
        // Its question at the end would be taken for an attempt to end the container's transaction.
        jdbi.configure(Handles.class, handles -> handles.setForceEndTransactions(false));
        jdbi.configure(
                StatementExceptions.class,
                exceptions -> exceptions.setMessageRendering(Database::withoutValues));
        SqlTypes.register(jdbi);
        return jdbi;
    }

    /// The statement is ours; what was bound may be somebody's address or secret.
    private static String withoutValues(StatementException failure) {
        var context = failure.getStatementContext();
        var message = failure.getShortMessage();
        return context == null ? message : message + " [" + context.getRawSql() + "]";
    }

    private static final class Arrays extends ClassValue<Function<Object, Argument>> {
        @Override
        protected Function<Object, Argument> computeValue(Class<?> elements) {
            var list = GenericTypes.parameterizeClass(Iterable.class, elements);
            return JDBI.getConfig(Arguments.class)
                    .prepareFor(list)
                    .orElseThrow(() -> new IllegalArgumentException("No array of " + elements));
        }
    }

    private static final class Present implements ConnectionFactory {
        @Override
        public Connection openConnection() throws SQLException {
            return SOURCE.get().openConnection();
        }

        @Override
        public Cleanable getCleanableFor(Connection connection) {
            return SOURCE.get().getCleanableFor(connection);
        }
    }

    private record Held(Connection connection) implements ConnectionFactory {
        @Override
        public Connection openConnection() {
            return connection;
        }

        @Override
        public Cleanable getCleanableFor(Connection open) {
            return () -> {};
        }
    }
}
