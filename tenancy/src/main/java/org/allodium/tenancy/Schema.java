package org.allodium.tenancy;

import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.internal.MigrationScripts;
import org.flywaydb.core.Flyway;

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

    private Schema() {}

    /// `owner` signs in as the role that owns the schemas and that nothing else uses.
    public static void migrate(DataSource owner) {
        migrate(owner, "latest");
    }

    /// @param version of the last script to run
    static void migrate(DataSource owner, String version) {
        // The scripts lie in the same application as this class, whoever's thread this is.
        ClassLoader application = Schema.class.getClassLoader();
        for (String room : ROOMS) {
            var scripts = new MigrationScripts(application, "db/" + room);
            if (!scripts.isEmpty()) {
                open(owner, room);
                Flyway.configure(seenPlainly(application))
                        .dataSource(owner)
                        .schemas(room)
                        .defaultSchema(room)
                        .resourceProvider(scripts)
                        .javaMigrationClassProvider(List::of)
                        .cleanDisabled(true)
                        .target(version)
                        .load()
                        .migrate();
            }
        }
    }

    /// Flyway always looks for callbacks. Where a loader's class is IBM's it wants marker files,
    /// and says as an error that there are none; through another's it looks as anywhere.
    private static ClassLoader seenPlainly(ClassLoader application) {
        return new ClassLoader(application) {};
    }

    /// The two working roles may enter every room; what they may do inside, its scripts say.
    private static void open(DataSource owner, String room) {
        try (var connection = owner.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create schema if not exists " + room);
            statement.execute(
                    "grant usage on schema " + room + " to allodium_app, allodium_platform");
        } catch (SQLException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "tenancy.database-unprepared").because(e);
        }
    }
}
