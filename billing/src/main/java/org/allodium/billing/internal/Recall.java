package org.allodium.billing.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;

/// Asks the other nodes for what lies idle with them, before a request is refused for want of it.
/// They are told by the database's news; a moment later the request is tried again.
public final class Recall {
    /// The topic of the news. Each names a run that asks, and a tenant.
    public static final String TOPIC = "lease";

    /// What others give back comes with the next beat or the one after.
    private static final int TRIES = 3;

    private static final String ELSEWHERE =
            """
            select exists (select from billing.lease l join billing.run r on r.run = l.run
                where l.run <> :run and l.pot = any(:pots) and l.amount > 0
                    and r.ended_at is null and r.settled >= 0)""";
    private static final String TELL =
            "select pg_notify('allodium_news', :topic || ' ' || :run || ':' || :tenant)";

    private final Run run;
    private final Queue<LeaseCommand.Wish> waiting = new ConcurrentLinkedQueue<>();

    Recall(Run run) {
        this.run = run;
    }

    /// The tenant of such news, unless this run asked itself.
    static Optional<UUID> tenant(String news, long own) {
        int colon = news.indexOf(':');
        return news.startsWith(own + ":")
                ? Optional.empty()
                : Optional.of(UUID.fromString(news.substring(colon + 1)));
    }

    /// In the transaction that would refuse. Returns the wishes for which others were asked.
    Set<LeaseCommand.Wish> ask(
            Handle handle,
            List<LeaseCommand.Wish> wishes,
            Map<UUID, List<Purse.Award>> awards,
            Map<UUID, List<Allowance.Row>> rows) {
        var asked = new HashSet<LeaseCommand.Wish>();
        for (var wish : wishes) {
            var tenant = wish.intent.tenant().value();
            var grants = awards.getOrDefault(tenant, List.of()).stream().map(Purse.Award::grant);
            var bounds = rows.getOrDefault(tenant, List.of()).stream().map(Allowance.Row::id);
            var pots = Stream.concat(grants, bounds).toList();
            if (wish.refusal != null && ask(handle, wish, pots)) {
                asked.add(wish);
            }
        }
        return asked;
    }

    /// False where nobody else has leased any of it.
    private boolean ask(Handle handle, LeaseCommand.Wish wish, List<UUID> pots) {
        if (wish.recalls >= TRIES || pots.isEmpty() || !isElsewhere(handle, pots)) {
            return false;
        }
        var unused =
                handle.createQuery(TELL)
                        .bind("topic", TOPIC)
                        .bind("run", run.number())
                        .bind("tenant", wish.intent.tenant().value())
                        .mapTo(String.class)
                        .list();
        return true;
    }

    private boolean isElsewhere(Handle handle, List<UUID> pots) {
        return handle.createQuery(ELSEWHERE)
                .bind("run", run.number())
                .bind("pots", Database.array(UUID.class, pots))
                .mapTo(Boolean.class)
                .one();
    }

    /// The news is out.
    void await(LeaseCommand.Wish wish) {
        wish.recalls++;
        waiting.add(wish);
    }

    Optional<LeaseCommand.Wish> next() {
        return Optional.ofNullable(waiting.poll());
    }

    int size() {
        return waiting.size();
    }
}
