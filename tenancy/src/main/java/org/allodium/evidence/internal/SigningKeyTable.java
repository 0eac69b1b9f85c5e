package org.allodium.evidence.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.KeyRecord;
import org.allodium.evidence.KeyRecord.Ending;
import org.allodium.evidence.KeyRecord.Kind;
import org.allodium.evidence.KeyUse;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/// The keys' two tables.
public final class SigningKeyTable {
    /// Only whoever works on the keys takes this lock; the number means nothing.
    private static final long LOCK = 0x616c6f5f6b657973L;

    private final Handle handle;

    public SigningKeyTable(Handle handle) {
        this.handle = handle;
    }

    /// Until the transaction ends, nobody else reads the keys in order to change them.
    public void lock() {
        handle.createUpdate("select pg_advisory_xact_lock(:lock)").bind("lock", LOCK).execute();
    }

    /// Until the transaction ends, no key ends: what it signs is older than its key's end. For
    /// whoever stands still meanwhile the database ends it, or a rotation would wait, and all
    /// others behind it.
    public void hold() {
        handle.createUpdate(
                        "select set_config('idle_in_transaction_session_timeout', '5s', true),"
                                + " pg_advisory_xact_lock_shared(:lock)")
                .bind("lock", LOCK)
                .execute();
    }

    /// Whether it signs now; a file may hold one that has ended. Says so for a moment only, if
    /// nobody holds the keys.
    boolean isInUse(String kid, KeyUse use) {
        return handle.createQuery(
                        "select exists (select from evidence.signing_key k"
                                + " where k.kid = :kid and k.purpose = :purpose"
                                + " and not exists (select from evidence.signing_key_act a"
                                + " where a.kid = k.kid and a.act <> 'REGISTERED'))")
                .bind("kid", kid)
                .bind("purpose", use)
                .mapTo(Boolean.class)
                .one();
    }

    /// Whether the database has come to know keys: an older one has only receipts.
    public boolean exists() {
        return known("evidence.signing_key");
    }

    private boolean known(String table) {
        return handle.createQuery("select to_regclass(:table) is not null")
                .bind("table", table)
                .mapTo(Boolean.class)
                .one();
    }

    /// By use; the key in use first, then the others, youngest first. Also of a database from
    /// before there were checkpoints, whose keys have no purpose.
    public List<KeyRecord> all() {
        return handle.createQuery(
                        "select k.kid, coalesce(to_jsonb(k) ->> 'purpose', 'RECEIPTS') as purpose,"
                                + " k.jwk, k.since, a.act, a.at, a.actor, a.reason"
                                + " from evidence.signing_key k"
                                + " left join evidence.signing_key_act a"
                                + " on a.kid = k.kid and a.act <> 'REGISTERED'"
                                + " order by purpose desc, a.at desc nulls first, k.since desc")
                .map(SigningKeyTable::record)
                .list();
    }

    private static KeyRecord record(RowView row) {
        var ending =
                Optional.ofNullable(row.getColumn("act", Kind.class))
                        .map(
                                act ->
                                        new Ending(
                                                act,
                                                row.getColumn("at", Instant.class),
                                                row.getColumn("actor", String.class),
                                                row.getColumn("reason", String.class)));
        return new KeyRecord(
                row.getColumn("kid", String.class),
                row.getColumn("purpose", KeyUse.class),
                Optional.ofNullable(row.getColumn("jwk", String.class)),
                row.getColumn("since", Instant.class),
                ending);
    }

    /// Whether it is of the form that this build writes.
    public boolean isPresent() {
        return known("evidence.log_head");
    }

    public List<KeyRecord> all(KeyUse use) {
        return all().stream().filter(key -> key.use() == use).toList();
    }

    /// The log's name, which stands in the names of the keys that sign its checkpoints.
    public Optional<String> origin() {
        return isPresent() ? LogTable.origin(handle) : Optional.empty();
    }

    public void add(String kid, KeyUse use, @Nullable String jwk, Instant since) {
        handle.createUpdate(
                        "insert into evidence.signing_key (kid, purpose, jwk, since)"
                                + " values (:kid, :purpose, :jwk, :since)")
                .bind("kid", kid)
                .bind("purpose", use)
                .bind("jwk", jwk)
                .bind("since", since)
                .execute();
    }

    public void act(UUID id, Instant at, String kid, String act, String actor, String reason) {
        handle.createUpdate(
                        "insert into evidence.signing_key_act (id, at, kid, act, actor, reason)"
                                + " values (:id, :at, :kid, :act, :actor, :reason)")
                .bind("id", id)
                .bind("at", at)
                .bind("kid", kid)
                .bind("act", act)
                .bind("actor", actor)
                .bind("reason", reason)
                .execute();
    }

    /// When the first receipt was written; empty where there is none.
    public Optional<Instant> firstReceipt() {
        if (!known("evidence.receipt")) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                handle.createQuery("select min(at) from evidence.receipt")
                        .mapTo(Instant.class)
                        .one());
    }

    /// The text of the latest receipt, whose header names its key.
    public Optional<String> latestReceipt() {
        return handle.createQuery("select jws from evidence.receipt order by position desc limit 1")
                .mapTo(String.class)
                .findOne();
    }
}
