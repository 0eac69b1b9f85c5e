package org.allodium.launcher;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntBiFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.allodium.evidence.KeyRecord;
import org.allodium.evidence.KeyRegister;
import org.allodium.evidence.KeyUse;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Schema;
import org.jdbi.v3.core.JdbiException;
import org.postgresql.ds.PGSimpleDataSource;

/// `./allodium keys …`: the keys that sign receipts and checkpoints, whether the server runs or
/// refuses to start.
record KeyCommands(StackSettings settings, DataFolder folder, PrintStream out) {
    private static final String USAGE =
            "Usage: ./allodium keys list | rotate [--key receipts|checkpoints] --reason TEXT"
                    + " | declare-lost [--key receipts|checkpoints] --reason TEXT.";
    private static final int LONGEST_REASON = 500;
    // Held here: a logger that nobody holds forgets its level.
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    int run(List<String> arguments) {
        var register = new KeyRegister(folder.signingKey(), Clock.systemUTC());
        return switch (arguments.isEmpty() ? "" : arguments.getFirst()) {
            case "list" -> {
                if (arguments.size() > 1) {
                    throw new Trouble(USAGE);
                }
                // Reads any form, also beside a running server of an older build.
                yield withDatabase((connection, _) -> list(connection));
            }
            case "rotate" ->
                    change(
                            arguments,
                            register::rotate,
                            "%s are signed with the new key %s; the old public key stays published.");
            case "declare-lost" ->
                    change(
                            arguments,
                            register::declareLost,
                            "%s: the lost key's public half stays published, marked as lost. The new key is %s: start with ./allodium up.");
            default -> throw new Trouble(USAGE);
        };
    }

    /// Of the register; gives the new key's id.
    private interface Change {
        String make(Connection connection, KeyUse use, String actor, String reason);
    }

    private int change(List<String> arguments, Change change, String told) {
        var asked = Asked.of(arguments);
        var actor = "operator " + System.getProperty("user.name");
        return withDatabase(
                (connection, secrets) -> {
                    requirePresentForm(connection, secrets);
                    var key = change.make(connection, asked.use(), actor, asked.reason());
                    out.println(told.formatted(signed(asked.use()), key));
                    return 0;
                });
    }

    private static String signed(KeyUse use) {
        return switch (use) {
            case RECEIPTS -> "Receipts";
            case CHECKPOINTS -> "Checkpoints";
        };
    }

    /// @param use receipts where nothing else is named, as before there were checkpoints
    private record Asked(KeyUse use, String reason) {
        static Asked of(List<String> arguments) {
            var use = KeyUse.RECEIPTS;
            Optional<String> reason = Optional.empty();
            for (int at = 1; at < arguments.size(); at += 2) {
                var value = at + 1 < arguments.size() ? arguments.get(at + 1) : "";
                switch (arguments.get(at)) {
                    case "--key" -> use = use(value);
                    case "--reason" -> reason = Optional.of(value.strip());
                    default -> throw new Trouble(USAGE);
                }
            }
            var text = reason.orElseThrow(() -> new Trouble(USAGE));
            if (text.isEmpty() || text.length() > LONGEST_REASON) {
                throw new Trouble(
                        "--reason must be a text of 1 to " + LONGEST_REASON + " characters.");
            }
            return new Asked(use, text);
        }

        private static KeyUse use(String name) {
            return switch (name) {
                case "receipts" -> KeyUse.RECEIPTS;
                case "checkpoints" -> KeyUse.CHECKPOINTS;
                default -> throw new Trouble("--key must be receipts or checkpoints.");
            };
        }
    }

    private int list(Connection connection) {
        for (var key : KeyRegister.list(connection)) {
            out.println(key.kid());
            out.println(
                    "  signs "
                            + signed(key.use()).toLowerCase(Locale.ROOT)
                            + " since "
                            + second(key.since())
                            + key.ending().map(KeyCommands::ended).orElse(""));
            if (key.jwk().isEmpty()) {
                out.println("  its public half is lost too: what it signed cannot be checked");
            }
        }
        return 0;
    }

    private static String ended(KeyRecord.Ending ending) {
        return ", %s at %s by %s: %s"
                .formatted(
                        switch (ending.kind()) {
                            case ROTATED -> "rotated";
                            case DECLARED_LOST -> "declared lost";
                        },
                        second(ending.at()),
                        ending.actor(),
                        ending.reason());
    }

    private static String second(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// On the database that runs, or on one that runs for the time of the command.
    private int withDatabase(ToIntBiFunction<Connection, Secrets> work) {
        if (!java.nio.file.Files.isDirectory(folder.database())) {
            throw new Trouble(
                    "There is no database at " + folder.home() + " yet: run ./allodium up first.");
        }
        var secrets = Secrets.loadOrMake(folder);
        var binaries =
                new Binaries(
                        PortalServer.downloads(settings.root()),
                        settings.runtime(),
                        Binaries.pinned(),
                        Progress.silent());
        if (Child.find(folder, Component.DATABASE).isPresent()) {
            return on(database(binaries, secrets), secrets, work);
        }
        try (var _ = FolderLock.take(folder)) {
            binaries.unpack();
            var database = database(binaries, secrets);
            var child = database.start(new ReadyWait(folder, Progress.silent()));
            try {
                return on(database, secrets, work);
            } finally {
                child.stop(java.time.Duration.ofSeconds(30));
            }
        }
    }

    private PostgresCluster database(Binaries binaries, Secrets secrets) {
        return new PostgresCluster(
                binaries.postgresql(), folder, settings.ports().database(), secrets);
    }

    private static int on(
            PostgresCluster database, Secrets secrets, ToIntBiFunction<Connection, Secrets> work) {
        try (var connection = database.connect("allodium")) {
            return work.applyAsInt(connection, secrets);
        } catch (Refused refused) {
            throw new Trouble(refused.english(), refused);
        } catch (SQLException | JdbiException failed) {
            throw new Trouble(
                    "The keys' register cannot be read or written: " + failed.getMessage() + ".",
                    failed);
        }
    }

    /// Brings a database of an older form up to date, whose server must not run on beside it.
    private void requirePresentForm(Connection connection, Secrets secrets) {
        if (KeyRegister.isPresentForm(connection) && !KeyRegister.list(connection).isEmpty()) {
            return;
        }
        if (settings.servers().stream().anyMatch(node -> Child.find(folder, node).isPresent())) {
            throw new Trouble(
                    "The running server is of an older build: run ./allodium down and up first.");
        }
        var owner = new PGSimpleDataSource();
        owner.setServerNames(new String[] {"127.0.0.1"});
        owner.setPortNumbers(new int[] {settings.ports().database()});
        owner.setDatabaseName("allodium");
        owner.setUser("allodium_owner");
        owner.setPassword(secrets.databaseOwner());
        FLYWAY.setLevel(Level.WARNING);
        Schema.migrate(owner);
    }
}
