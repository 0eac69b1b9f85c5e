package org.allodium.evidence;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.allodium.evidence.internal.KeyPlace;
import org.allodium.evidence.internal.PublicKeys;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.evidence.internal.SigningKeyTable;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;

/// Which keys sign and signed. The private half of those in use lies in files, one for each use;
/// the public halves of all lie in the database, which outlives the files.
///
/// INVARIANT, of each use by itself: where it has signed, a key is made only by [#rotate] or
/// [#declareLost]. A file that is gone, or holds another key, stops the start: a new key in its
/// place would leave old receipts without the key that checks them, and nobody would know. See
/// decision 0121.
public final class KeyRegister {
    private final Path file;
    private final Clock clock;

    /// @param file of the key that signs single receipts; the others lie beside it
    public KeyRegister(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /// Opens the keys in use, of which it gives the receipts' one. In a new data folder they are
    /// made; that of a folder from before there was a register is entered with the time of its
    /// first receipt.
    SigningKey open(Connection connection) {
        return inTransaction(
                connection,
                table -> {
                    for (var use : KeyUse.values()) {
                        open(table, place(use));
                    }
                    publish(table);
                    return SigningKey.open(file);
                });
    }

    private void open(SigningKeyTable table, KeyPlace place) {
        if (table.all(place.use()).isEmpty()) {
            enterFirst(table, place);
        }
        finishRotation(table, place);
        require(table, place);
    }

    private void enterFirst(SigningKeyTable table, KeyPlace place) {
        var first = firstUse(table, place.use());
        if (first.isPresent() && !place.isFilled()) {
            throw lost(place);
        }
        var key = place.held();
        table.add(key.kid(), place.use(), key.jwk(), first.orElseGet(clock::instant));
        act(table, key.kid(), "REGISTERED", "server", "the key of this data folder");
    }

    /// Of a use whose keys nobody registered: checkpoints are younger than the register.
    private static Optional<Instant> firstUse(SigningKeyTable table, KeyUse use) {
        return switch (use) {
            case RECEIPTS -> table.firstReceipt();
            case CHECKPOINTS -> Optional.empty();
        };
    }

    /// Refuses when a key has signed and is gone. Changes nothing, and may be asked of a database
    /// of an older form.
    public void requirePresent(Connection connection) {
        var table = new SigningKeyTable(Database.on(connection));
        for (var use : KeyUse.values()) {
            var place = place(use);
            if (table.exists() && !table.all(use).isEmpty()) {
                // Where a rotation was cut off, the server finishes it.
                if (!place.hasNext()) {
                    require(table, place);
                }
            } else if (firstUse(table, use).isPresent() && !place.isFilled()) {
                throw lost(place);
            }
        }
    }

    private void require(SigningKeyTable table, KeyPlace place) {
        if (!place.isFilled()) {
            throw lost(place);
        }
        var inUse = inUse(table, place.use());
        var held = place.held().kid();
        if (inUse.filter(key -> key.kid().equals(held)).isEmpty()) {
            throw inUse.map(
                            key ->
                                    Refused.of(
                                            ErrorCode.CONFLICT,
                                            "evidence.another-key",
                                            place.file(),
                                            held,
                                            key.kid(),
                                            command("declare-lost", place)))
                    .orElseGet(
                            () ->
                                    Refused.of(
                                            ErrorCode.CONFLICT,
                                            "evidence.no-known-key",
                                            place.file(),
                                            held,
                                            command("declare-lost", place)));
        }
    }

    /// Lets a new key sign from now on; returns its id. The old public half stays published.
    public String rotate(Connection connection, KeyUse use, String actor, String reason) {
        var place = place(use);
        var kid =
                inTransaction(
                        connection,
                        table -> {
                            finishRotation(table, place);
                            require(table, place);
                            return replace(
                                    table,
                                    place,
                                    inUse(table, use).orElseThrow().kid(),
                                    "ROTATED",
                                    actor,
                                    reason);
                        });
        follow(connection, use);
        return kid;
    }

    /// After a loss: a new key signs, the old one is published as lost. Refused while it is there.
    public String declareLost(Connection connection, KeyUse use, String actor, String reason) {
        var place = place(use);
        var kid = inTransaction(connection, table -> replaceLost(table, place, actor, reason));
        follow(connection, use);
        return kid;
    }

    private String replaceLost(SigningKeyTable table, KeyPlace place, String actor, String reason) {
        if (table.all(place.use()).isEmpty()) {
            enterLost(table, place, actor);
        }
        // Or the key in use could lie beside its place and be forgotten.
        finishRotation(table, place);
        var inUse =
                inUse(table, place.use())
                        .orElseThrow(
                                () -> Refused.of(ErrorCode.CONFLICT, "evidence.no-key-in-use"));
        if (place.isFilled()) {
            if (place.held().kid().equals(inUse.kid())) {
                throw Refused.of(
                        ErrorCode.CONFLICT,
                        "evidence.key-not-lost",
                        place.file(),
                        command("rotate", place));
            }
            place.setAside();
        }
        return replace(table, place, inUse.kid(), "DECLARED_LOST", actor, reason);
    }

    /// All keys by use, that in use first.
    public static List<KeyRecord> list(Connection connection) {
        var table = new SigningKeyTable(Database.on(connection));
        return table.exists() ? table.all() : List.of();
    }

    /// Whether the database has the form that this build works on.
    public static boolean isPresentForm(Connection connection) {
        return new SigningKeyTable(Database.on(connection)).isPresent();
    }

    /// The lost key of a folder from before there was a register: its public half may still be
    /// published, and its id stands in every receipt.
    private void enterLost(SigningKeyTable table, KeyPlace place, String actor) {
        var first = firstUse(table, place.use());
        var kid = first.flatMap(_ -> table.latestReceipt()).flatMap(PublicKeys::kid);
        if (first.isEmpty() || kid.isEmpty() || place.isFilled()) {
            throw Refused.of(ErrorCode.CONFLICT, "evidence.nothing-lost");
        }
        table.add(kid.get(), place.use(), published(kid.get()).orElse(null), first.get());
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
            SigningKeyTable table,
            KeyPlace place,
            String old,
            String ending,
            String actor,
            String reason) {
        place.forgetNext();
        var key = place.following();
        table.add(key.kid(), place.use(), key.jwk(), clock.instant());
        act(table, old, ending, actor, reason);
        act(table, key.kid(), "REGISTERED", actor, "in the place of " + old);
        return key.kid();
    }

    /// The files, after what was committed: a cut in between is mended by whoever comes next, who
    /// finds the new key beside the old. Under the lock, since the next rotation may have begun.
    void follow(Connection connection, KeyUse use) {
        inTransaction(
                connection,
                table -> {
                    publish(table);
                    finishRotation(table, place(use));
                    return true;
                });
    }

    private void publish(SigningKeyTable table) {
        PublicKeys.publish(table.all(), table.origin(), SigningKey.published(file));
    }

    private void finishRotation(SigningKeyTable table, KeyPlace place) {
        if (!place.hasNext()) {
            return;
        }
        var id = place.following().kid();
        if (inUse(table, place.use()).filter(key -> key.kid().equals(id)).isPresent()) {
            place.takeNext();
        } else {
            // Its rotation was never committed: it signed nothing.
            place.forgetNext();
        }
    }

    private void act(SigningKeyTable table, String kid, String act, String actor, String reason) {
        Instant now = clock.instant();
        table.act(Ids.timeOrdered(clock), now, kid, act, actor, reason);
    }

    private static Optional<KeyRecord> inUse(SigningKeyTable table, KeyUse use) {
        return table.all(use).stream().filter(KeyRecord::inUse).findFirst();
    }

    private KeyPlace place(KeyUse use) {
        return new KeyPlace(use, use.file(file));
    }

    private static Refused lost(KeyPlace place) {
        var command = command("declare-lost", place);
        return switch (place.use()) {
            case RECEIPTS ->
                    Refused.of(ErrorCode.CONFLICT, "evidence.key-missing", place.file(), command);
            case CHECKPOINTS ->
                    Refused.of(
                            ErrorCode.CONFLICT,
                            "evidence.checkpoint-key-missing",
                            place.file(),
                            command);
        };
    }

    private static String command(String act, KeyPlace place) {
        var which =
                switch (place.use()) {
                    case RECEIPTS -> "";
                    case CHECKPOINTS -> "--key checkpoints ";
                };
        return "./allodium keys " + act + " " + which + "--reason TEXT";
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
