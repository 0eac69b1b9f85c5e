package org.allodium.sovereignty.internal;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.Fact;
import org.allodium.sovereignty.FactSnapshot;
import org.allodium.sovereignty.Facts;
import org.allodium.sovereignty.PolicyOffer;
import org.allodium.sovereignty.PolicyStack.Scope;
import org.allodium.sovereignty.SpillConsent;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// Facts and policies in PostgreSQL. Every change takes the next epoch under a lock, in the same
/// transaction, so that epochs are seen in their order and never before their change.
public final class Records {
    private static final Map<String, Class<? extends Fact>> KINDS = kinds();
    private static final String ONE_PICTURE = "set transaction isolation level repeatable read";
    private static final String USES =
            "select distinct on (scope, owner) scope, owner, policy, consents, epoch, valid_from"
                    + " from sovereignty.policy_use %s order by scope, owner, epoch desc";

    private final Database platform;

    public Records(DataSource platform) {
        this.platform = Database.over(platform);
    }

    /// What a change writes; it is given its epoch.
    public interface Writing {
        void write(Handle handle, long epoch);
    }

    /// What must hold of the records at the moment of a change; throws where it does not.
    public interface Condition {
        void demand(Handle handle);
    }

    public void change(String actor, String what, Instant at, Writing writing) {
        inTransaction(
                handle -> {
                    handle.execute("select pg_advisory_xact_lock(hashtext('sovereignty.change'))");
                    long epoch = lastEpoch(handle) + 1;
                    handle.createUpdate(
                                    "insert into sovereignty.change (epoch, at, actor, what)"
                                            + " values (:epoch, :at, :actor, :what)")
                            .bind("epoch", epoch)
                            .bind("at", at)
                            .bind("actor", actor)
                            .bind("what", what)
                            .execute();
                    writing.write(handle, epoch);
                    return epoch;
                });
    }

    public static void fact(Handle handle, long epoch, Fact fact, Instant at) {
        say(handle, epoch, fact.getClass(), fact.key(), at, Canonical.json(fact));
    }

    /// The statement no longer holds, and nothing takes its place: unknown from here on.
    public static void withdrawal(
            Handle handle, long epoch, Class<? extends Fact> kind, String key, Instant at) {
        say(handle, epoch, kind, key, at, null);
    }

    private static void say(
            Handle handle,
            long epoch,
            Class<? extends Fact> kind,
            String key,
            Instant at,
            @Nullable String body) {
        handle.createUpdate(
                        "insert into sovereignty.fact (epoch, kind, key, valid_from, body)"
                                + " values (:epoch, :kind, :key, :at, :body::jsonb)")
                .bind("epoch", epoch)
                .bind("kind", kind.getSimpleName())
                .bind("key", key)
                .bind("at", at)
                .bind("body", body)
                .execute();
    }

    public static void offer(Handle handle, long epoch, PolicyOffer offer, Instant at) {
        handle.createUpdate(
                        "insert into sovereignty.offer (epoch, valid_from, body)"
                                + " values (:epoch, :at, :body::jsonb)")
                .bind("epoch", epoch)
                .bind("at", at)
                .bind("body", Canonical.json(offer))
                .execute();
    }

    public static void use(
            Handle handle, long epoch, Present.Owner owner, TenantId tenant, Present.Use use) {
        handle.createUpdate(
                        "insert into sovereignty.policy_use"
                                + " (epoch, scope, tenant_id, owner, policy, consents, valid_from)"
                                + " values (:epoch, :scope, :tenant, :owner, :policy,"
                                + " :consents::jsonb, :from)")
                .bind("epoch", epoch)
                .bind("scope", owner.scope())
                .bind("tenant", tenant)
                .bind("owner", owner.id())
                .bind("policy", use.policy())
                .bind("consents", Canonical.json(use.consents()))
                .bind("from", use.from())
                .execute();
    }

    /// Refuses with the name of who chose last, when the owner's policy is not what somebody saw.
    public static void demandAsSeen(Handle handle, Present.Owner owner, Optional<String> seen) {
        record Choice(String policy, @Nullable String chooser) {}
        var now =
                handle.createQuery(
                                "select u.policy, p.name from sovereignty.policy_use u"
                                        + " join sovereignty.change c using (epoch)"
                                        + " left join tenancy.person p on p.subject = c.actor"
                                        + " where u.scope = :scope and u.owner = :owner"
                                        + " order by epoch desc limit 1")
                        .bind("scope", owner.scope())
                        .bind("owner", owner.id())
                        .map(
                                row ->
                                        new Choice(
                                                row.getColumn("policy", String.class),
                                                row.getColumn("name", String.class)))
                        .findOne();
        if (!now.map(Choice::policy).equals(seen)) {
            throw now.map(Choice::chooser)
                    .map(name -> Refused.of(ErrorCode.EDITED_MEANWHILE, "tenancy.changed-by", name))
                    .orElseGet(
                            () ->
                                    Refused.of(
                                            ErrorCode.EDITED_MEANWHILE,
                                            "tenancy.changed-meanwhile"));
        }
    }

    /// Of every fact about which anything was ever said, also that it no longer holds.
    public Set<String> keys() {
        return read(
                handle ->
                        handle.createQuery(
                                        "select distinct kind || ' ' || key as name from sovereignty.fact")
                                .mapTo(String.class)
                                .set());
    }

    /// On what the latest attestation of this name rests, also one that was withdrawn since.
    Optional<String> evidence(String attestation) {
        return read(
                handle ->
                        handle.createQuery(
                                        "select body ->> 'evidenceHash' from sovereignty.fact"
                                                + " where kind = 'Attestation' and key = :key"
                                                + " and body is not null"
                                                + " order by epoch desc limit 1")
                                .bind("key", attestation)
                                .mapTo(String.class)
                                .findOne());
    }

    public static String key(Fact fact) {
        return fact.getClass().getSimpleName() + " " + fact.key();
    }

    Facts inForce() {
        return read(handle -> Facts.of(facts(handle)));
    }

    /// Everything of one epoch for whoever changes what this owner chose; of others' choices
    /// nothing.
    public Present loadFor(Present.Owner owner) {
        try {
            return load(
                    platform,
                    handle ->
                            uses(
                                    handle.createQuery(
                                                    USES.formatted(
                                                            "where scope = :scope and owner = :owner"))
                                            .bind("scope", owner.scope())
                                            .bind("owner", owner.id())));
        } catch (JdbiException e) {
            throw unreadable(e);
        }
    }

    /// Everything of one epoch, as one picture, on somebody's connection, which is in no
    /// transaction.
    public static Present load(Handle handle) {
        return load(
                Database.over(handle.getConnection()),
                inside -> uses(inside.createQuery(USES.formatted(""))));
    }

    private static Present load(
            Database database, Function<Handle, Map<Present.Owner, Present.Use>> uses) {
        return database.inTransaction(
                handle -> {
                    handle.execute(ONE_PICTURE);
                    long epoch = lastEpoch(handle);
                    return new Present(
                            epoch,
                            FactSnapshot.of(epoch, Facts.of(facts(handle))),
                            offer(handle),
                            Uses.of(uses.apply(handle)));
                });
    }

    /// The same where `before` is known, and that these epochs were added to: only what an owner
    /// chose in one of them, or later, is read again.
    public static Present load(Handle handle, Present before, Set<Long> epochs) {
        return Database.over(handle.getConnection())
                .inTransaction(inside -> new Since(inside, before, epochs).load());
    }

    private record Since(Handle handle, Present before, Set<Long> epochs) {
        private static final String ADDED = "where epoch > :last or epoch = any(:epochs)";

        Since {
            epochs = Set.copyOf(epochs);
        }

        Present load() {
            handle.execute(ONE_PICTURE);
            long epoch = lastEpoch(handle);
            var facts = says("fact") ? Facts.of(facts(handle)) : before.snapshot().facts();
            return new Present(
                    epoch,
                    FactSnapshot.of(epoch, facts),
                    says("offer") ? offer(handle) : before.offer(),
                    before.uses().with(Records.uses(query(USES.formatted(ADDED)))));
        }

        private boolean says(String table) {
            return query("select exists (select from sovereignty." + table + " " + ADDED + ")")
                    .mapTo(Boolean.class)
                    .one();
        }

        private Query query(String sql) {
            return handle.createQuery(sql)
                    .bind("last", before.epoch())
                    .bind("epochs", Database.array(Long.class, epochs));
        }
    }

    private static List<Fact> facts(Handle handle) {
        return handle
                .createQuery(
                        "select distinct on (kind, key) kind, body from sovereignty.fact"
                                + " order by kind, key, epoch desc")
                .map(Records::fact)
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Fact> fact(RowView row) {
        var name = row.getColumn("kind", String.class);
        var kind = KINDS.get(name);
        if (kind == null) {
            throw new IllegalStateException("An unknown kind of fact: " + name);
        }
        return Optional.ofNullable(row.getColumn("body", String.class))
                .map(body -> Canonical.read(body, kind));
    }

    private static Optional<PolicyOffer> offer(Handle handle) {
        return handle.createQuery("select body from sovereignty.offer order by epoch desc limit 1")
                .mapTo(String.class)
                .findOne()
                .map(body -> Canonical.read(body, PolicyOffer.class));
    }

    private static Map<Present.Owner, Present.Use> uses(Query query) {
        return query.reduceRows(
                new HashMap<Present.Owner, Present.Use>(),
                (found, row) -> {
                    found.put(
                            new Present.Owner(
                                    row.getColumn("scope", Scope.class),
                                    row.getColumn("owner", UUID.class)),
                            use(row));
                    return found;
                });
    }

    private static Present.Use use(RowView row) {
        return new Present.Use(
                row.getColumn("policy", String.class),
                Arrays.asList(
                        Canonical.read(
                                row.getColumn("consents", String.class), SpillConsent[].class)),
                row.getColumn("epoch", Long.class),
                row.getColumn("valid_from", Instant.class));
    }

    private static long lastEpoch(Handle handle) {
        return handle.createQuery("select coalesce(max(epoch), 0) from sovereignty.change")
                .mapTo(Long.class)
                .one();
    }

    private <T> T read(HandleCallback<T, RuntimeException> work) {
        try {
            return platform.withHandle(work);
        } catch (JdbiException e) {
            throw unreadable(e);
        }
    }

    private <T> T inTransaction(HandleCallback<T, RuntimeException> work) {
        try {
            return platform.inTransaction(work);
        } catch (JdbiException e) {
            throw unreadable(e);
        }
    }

    private static Refused unreadable(JdbiException e) {
        return Refused.of(ErrorCode.SERVER_ERROR, "sovereignty.records-unreachable").because(e);
    }

    private static Map<String, Class<? extends Fact>> kinds() {
        var kinds = new HashMap<String, Class<? extends Fact>>();
        for (var kind : Fact.class.getPermittedSubclasses()) {
            kinds.put(kind.getSimpleName(), kind.asSubclass(Fact.class));
        }
        return Map.copyOf(kinds);
    }
}
