package org.allodium.evidence;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.allodium.evidence.internal.PublicKeys;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.evidence.internal.SigningKeyTable;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;

/// Which keys sign and signed receipts. The private half of the one in use lies in a file, the
/// public halves of all lie in the database, which outlives the file.
///
/// INVARIANT: where there are receipts, a key is made only by [#rotate] or [#declareLost]. A file
/// that is gone, or holds another key, stops the start: a new key in its place would leave old
/// receipts without the key that checks them, and nobody would know. See decision 0121.
public final class KeyRegister {
    private final Path file;
    private final Clock clock;

    public KeyRegister(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /// The key in use. In a new data folder it is made; that of a folder from before there was a
    /// register is entered with the time of its first receipt.
    SigningKey open(Connection connection) {
        return inTransaction(
                connection,
                table -> {
                    if (table.all().isEmpty()) {
                        enterFirst(table);
                    }
                    finishRotation(table);
                    require(table);
                    PublicKeys.publish(table.all(), SigningKey.published(file));
                    return SigningKey.open(file);
                });
    }

    private void enterFirst(SigningKeyTable table) {
        var first = table.firstReceipt();
        if (first.isPresent() && !Files.exists(file)) {
            throw lost();
        }
        var key = SigningKey.open(file);
        table.add(key.id(), key.publicJwk(), first.orElseGet(clock::instant));
        act(table, key.id(), "REGISTERED", "server", "the key of this data folder");
    }

    /// Refuses when receipts exist and the key that signs them is gone. Changes nothing, and may
    /// be asked of a database of an older form.
    public void requirePresent(Connection connection) {
        var table = new SigningKeyTable(Database.on(connection));
        if (table.exists() && !table.all().isEmpty()) {
            if (Files.exists(next())) {
                // A rotation was cut off; the server finishes it.
                return;
            }
            require(table);
        } else if (table.firstReceipt().isPresent() && !Files.exists(file)) {
            throw lost();
        }
    }

    private void require(SigningKeyTable table) {
        if (!Files.exists(file)) {
            throw lost();
        }
        var inUse = inUse(table);
        var held = SigningKey.open(file).id();
        if (inUse.filter(key -> key.kid().equals(held)).isEmpty()) {
            throw inUse.map(
                            key ->
                                    Refused.of(
                                            ErrorCode.CONFLICT,
                                            "evidence.another-key",
                                            file,
                                            held,
                                            key.kid()))
                    .orElseGet(
                            () ->
                                    Refused.of(
                                            ErrorCode.CONFLICT,
                                            "evidence.no-known-key",
                                            file,
                                            held));
        }
    }

    /// Lets a new key sign from now on; returns its id. The old public half stays published.
    public String rotate(Connection connection, String actor, String reason) {
        var kid =
                inTransaction(
                        connection,
                        table -> {
                            require(table);
                            return replace(
                                    table,
                                    inUse(table).orElseThrow().kid(),
                                    "ROTATED",
                                    actor,
                                    reason);
                        });
        follow(connection);
        return kid;
    }

    /// After a loss: a new key signs, the old one is published as lost. Refused while it is there.
    public String declareLost(Connection connection, String actor, String reason) {
        var kid = inTransaction(connection, table -> replaceLost(table, actor, reason));
        follow(connection);
        return kid;
    }

    private String replaceLost(SigningKeyTable table, String actor, String reason) {
        if (table.all().isEmpty()) {
            enterLost(table, actor);
        }
        var inUse =
                inUse(table)
                        .orElseThrow(
                                () -> Refused.of(ErrorCode.CONFLICT, "evidence.no-key-in-use"));
        if (Files.exists(file)) {
            var held = SigningKey.open(file).id();
            if (held.equals(inUse.kid())) {
                throw Refused.of(ErrorCode.CONFLICT, "evidence.key-not-lost", file);
            }
            move(file, file.resolveSibling("receipt-signing-key." + held + ".json"));
        }
        return replace(table, inUse.kid(), "DECLARED_LOST", actor, reason);
    }

    /// All keys, that in use first.
    public static List<KeyRecord> list(Connection connection) {
        var table = new SigningKeyTable(Database.on(connection));
        return table.exists() ? table.all() : List.of();
    }

    /// The lost key of a folder from before there was a register: its public half may still be
    /// published, and its id stands in every receipt.
    private void enterLost(SigningKeyTable table, String actor) {
        var first = table.firstReceipt();
        var kid = table.latestReceipt().flatMap(PublicKeys::kid);
        if (first.isEmpty() || kid.isEmpty() || Files.exists(file)) {
            throw Refused.of(ErrorCode.CONFLICT, "evidence.nothing-lost");
        }
        table.add(kid.get(), published(kid.get()).orElse(null), first.get());
        act(table, kid.get(), "REGISTERED", actor, "entered when its loss was declared");
    }

    private Optional<String> published(String kid) {
        try {
            var set = JWKSet.parse(Files.readString(SigningKey.published(file)));
            return Optional.ofNullable(set.getKeyByKeyId(kid)).map(key -> key.toJSONString());
        } catch (IOException | ParseException none) {
            return Optional.empty();
        }
    }

    private String replace(
            SigningKeyTable table, String old, String ending, String actor, String reason) {
        delete(next());
        var key = SigningKey.open(next());
        table.add(key.id(), key.publicJwk(), clock.instant());
        act(table, old, ending, actor, reason);
        act(table, key.id(), "REGISTERED", actor, "in the place of " + old);
        return key.id();
    }

    /// The files, after what was committed: a cut in between is mended by the next start, which
    /// finds the new key beside the old.
    private void follow(Connection connection) {
        PublicKeys.publish(
                new SigningKeyTable(Database.on(connection)).all(), SigningKey.published(file));
        move(next(), file);
    }

    private void finishRotation(SigningKeyTable table) {
        if (!Files.exists(next())) {
            return;
        }
        var id = SigningKey.open(next()).id();
        if (inUse(table).filter(key -> key.kid().equals(id)).isPresent()) {
            move(next(), file);
        } else {
            // Its rotation was never committed: it signed nothing.
            delete(next());
        }
    }

    private void act(SigningKeyTable table, String kid, String act, String actor, String reason) {
        Instant now = clock.instant();
        table.act(Ids.timeOrdered(clock), now, kid, act, actor, reason);
    }

    private static Optional<KeyRecord> inUse(SigningKeyTable table) {
        return table.all().stream().filter(KeyRecord::inUse).findFirst();
    }

    private Path next() {
        return file.resolveSibling(file.getFileName() + ".next");
    }

    private Refused lost() {
        return Refused.of(ErrorCode.CONFLICT, "evidence.key-missing", file);
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static <T> T inTransaction(Connection connection, Function<SigningKeyTable, T> work) {
        return Database.over(connection)
                .inTransaction(
                        handle -> {
                            var table = new SigningKeyTable(handle);
                            table.lock();
                            return work.apply(table);
                        });
    }
}
