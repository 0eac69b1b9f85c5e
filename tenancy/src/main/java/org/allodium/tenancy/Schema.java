package org.allodium.tenancy;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.internal.MigrationScripts;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;

/// Brings the database to the present form: one PostgreSQL schema per room, whose scripts lie in
/// `db/<room>` of that room's module. Rooms are migrated in the order of the row, so that a script
/// may lean on tables to its left and never on one to its right.
public final class Schema {
    private static final List<String> ROOMS =
            List.of(
                    "evidence",
                    "tenancy",
                    "sovereignty",
                    "identity",
                    "billing",
                    "catalog",
                    "serving",
                    "jobs",
                    "portal");

    private static final String START = "hashtextextended('schema', 0)";
    private static final Set<MigrationState> AHEAD =
            EnumSet.of(MigrationState.FUTURE_SUCCESS, MigrationState.FUTURE_FAILED);
    // As `evidence.require_alone` raises it.
    private static final String OBJECT_IN_USE = "55006";

    private Schema() {}

    /// `owner` signs in as the role that owns the schemas and that nothing else uses. Refuses where
    /// a newer release has been here, and where a script wants no other node beside it. One start
    /// at a time does this; the next finds it done. See decision 0169.
    public static void migrate(DataSource owner) {
        migrate(owner, "latest");
    }

    /// @param version of the last script to run
    static void migrate(DataSource owner, String version) {
        // The scripts lie in the same application as this class, whoever's thread this is.
        migrate(owner, version, Schema.class.getClassLoader());
    }

    /// @param application where the scripts lie
    static void migrate(DataSource owner, String version, ClassLoader application) {
        var rooms =
                ROOMS.stream()
                        .flatMap(room -> room(owner, room, version, application).stream())
                        .toList();
        try (var connection = owner.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("select pg_advisory_lock(" + START + ")");
            try {
                rooms.forEach(Schema::requireKnown);
                for (var room : rooms) {
                    open(statement, room.getConfiguration().getDefaultSchema());
                    room.migrate();
                }
            } finally {
                statement.execute("select pg_advisory_unlock(" + START + ")");
            }
        } catch (SQLException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "tenancy.database-unprepared").because(e);
        } catch (FlywayException failed) {
            throw Database.cause(failed)
                    .filter(refused -> OBJECT_IN_USE.equals(refused.getSQLState()))
                    .<RuntimeException>map(
                            refused -> new IllegalStateException(words(refused), failed))
                    .orElse(failed);
        }
    }

    private static Optional<Flyway> room(
            DataSource owner, String room, String version, ClassLoader application) {
        var scripts = new MigrationScripts(application, "db/" + room);
        return scripts.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Flyway.configure(seenPlainly(application))
                                .dataSource(owner)
                                .schemas(room)
                                .defaultSchema(room)
                                .resourceProvider(scripts)
                                .javaMigrationClassProvider(List::of)
                                .cleanDisabled(true)
                                .target(version)
                                .load());
    }

    /// A server whose scripts end before the database's would write what the newer ones no longer
    /// read.
    private static void requireKnown(Flyway room) {
        var all = List.of(room.info().all());
        var ahead = newest(all, script -> AHEAD.contains(script.getState()));
        if (ahead.isPresent()) {
            throw new IllegalStateException(
                    "A newer release has migrated this database: room %s has its script %s, and this server knows them up to %s. Start the newer release here"
                            .formatted(
                                    room.getConfiguration().getDefaultSchema(),
                                    ahead.get(),
                                    newest(all, script -> script.getState().isResolved())
                                            .map(MigrationVersion::toString)
                                            .orElse("none")));
        }
    }

    private static Optional<MigrationVersion> newest(
            List<MigrationInfo> scripts, Predicate<MigrationInfo> which) {
        return scripts.stream()
                .filter(which)
                .map(MigrationInfo::getVersion)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder());
    }

    /// What a script raised, without the place in it.
    private static String words(SQLException refused) {
        return Objects.requireNonNullElse(refused.getMessage(), "")
                .replaceFirst("^ERROR: ", "")
                .lines()
                .findFirst()
                .orElse("");
    }

    /// Flyway always looks for callbacks. Where a loader's class is IBM's it wants marker files,
    /// and says as an error that there are none; through another's it looks as anywhere.
    private static ClassLoader seenPlainly(ClassLoader application) {
        return new ClassLoader(application) {};
    }

    /// The two working roles may enter every room; what they may do inside, its scripts say.
    private static void open(Statement statement, String room) throws SQLException {
        statement.execute("create schema if not exists " + room);
        statement.execute("grant usage on schema " + room + " to allodium_app, allodium_platform");
    }
}
