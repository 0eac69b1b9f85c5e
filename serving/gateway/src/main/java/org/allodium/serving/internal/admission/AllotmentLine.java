package org.allodium.serving.internal.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.admission.Allotment.Ask;
import org.allodium.serving.internal.admission.Allotment.Kind;
import org.allodium.tenancy.News;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This node among the others, with which it shares every limit: one thread asks the database for
/// more, for many organisations at once, and gives back what another node is short of. A node that
/// is alone has all and asks nothing. See decision 0166.
public final class AllotmentLine implements News.Picture, AutoCloseable {
    /// The topic of the news.
    public static final String TOPIC = "limit";

    private static final Logger LOG = LoggerFactory.getLogger(AllotmentLine.class);
    private static final int MOST_AT_ONCE = 512;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final AllotmentTable table;
    private final LongSupplier run;
    private final LongSupplier nanos;
    private final BlockingQueue<Allotment> queue = new LinkedBlockingQueue<>();
    private final Set<Allotment> awaiting = ConcurrentHashMap.newKeySet();
    private final Thread thread = Thread.ofPlatform().daemon().name("limits").unstarted(this::work);
    private volatile State state = State.OUT;
    private volatile boolean closed;
    private volatile boolean wanted;
    private volatile long joined;
    private volatile long aloneSince;
    private long looked;
    private boolean unshared;
    private boolean failing;
    private Supplier<Collection<Allotment>> all = List::of;
    private BiFunction<TenantId, Kind, Optional<Allotment>> find = (_, _) -> Optional.empty();
    private Runnable forget = () -> {};

    /// @param run of this node, 0 while it has none
    /// @param nanos since 1970
    public AllotmentLine(DataSource platform, LongSupplier run, LongSupplier nanos) {
        this.table = new AllotmentTable(platform);
        this.run = run;
        this.nanos = nanos;
    }

    private enum State {
        /// Among those that let requests in it is not yet, or no more.
        OUT,
        BESIDE_OTHERS,
        ALONE
    }

    /// @param forget all that was counted: another run begins
    void start(
            Supplier<Collection<Allotment>> everybodys,
            BiFunction<TenantId, Kind, Optional<Allotment>> found,
            Runnable forgetting) {
        all = everybodys;
        find = found;
        forget = forgetting;
        thread.start();
    }

    boolean isAlone() {
        return state == State.ALONE;
    }

    /// Whether it has all of this minute: what others had used is over.
    private boolean isAlone(Allotment of, long minute) {
        return state == State.ALONE
                && (!of.kind().byMinute() || Minutes.nanos(of.tenant(), minute) > aloneSince);
    }

    long left(Allotment of, long limit) {
        long minute = minute(of);
        return of.left(limit, minute, isAlone(of, minute));
    }

    long used(Allotment of) {
        long minute = minute(of);
        return of.used(minute, isAlone(of, minute));
    }

    /// Refuses where nobody can tell what others have used. Waits while this node begins.
    void demandIn() {
        if (isIn()) {
            return;
        }
        long begun = System.nanoTime();
        while (!isIn()) {
            if (System.nanoTime() - begun > PATIENCE.toNanos() || !slept()) {
                throw away();
            }
        }
    }

    public boolean isIn() {
        return state != State.OUT && joined == run.getAsLong();
    }

    private static boolean slept() {
        try {
            TimeUnit.MILLISECONDS.sleep(2);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Refused away() {
        return Refused.of(ErrorCode.OVERLOADED, "serving.limits-away")
                .retryAfter(Duration.ofSeconds(1));
    }

    /// False where all is spent, on whatever node. Waits only where this node's part is used up.
    boolean take(Allotment from, long amount, long limit) {
        long begun = System.nanoTime();
        while (true) {
            long minute = minute(from);
            switch (from.take(amount, limit, minute, isAlone(from, minute))) {
                case TAKEN -> {
                    return true;
                }
                case LOW -> {
                    offer(from);
                    return true;
                }
                case SPENT -> {
                    return false;
                }
                case SHORT -> await(from, amount, begun);
            }
        }
    }

    private void await(Allotment from, long amount, long begun) {
        var answer = from.want(amount);
        try {
            offer(from);
            long left = PATIENCE.toNanos() - (System.nanoTime() - begun);
            answer.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw away().because(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away().because(e);
        } finally {
            from.wantNoMore(amount);
        }
    }

    private void offer(Allotment one) {
        if (one.queue()) {
            queue.add(one);
        }
    }

    void giveBack(Allotment to, long amount, long takenIn) {
        if (to.giveBack(amount, takenIn)) {
            offer(to);
        }
    }

    long minute(Allotment of) {
        return of.kind().byMinute() ? Minutes.of(of.tenant(), nanos.getAsLong()) : 0;
    }

    @Override
    public void readAll(Handle handle) {}

    @Override
    public void read(Handle handle, Set<String> names) {
        for (var name : names) {
            var words = name.split(":", -1);
            long from = Long.parseLong(words[1]);
            if (from != joined) {
                hear(words, from);
            }
        }
    }

    private void hear(String[] words, long from) {
        switch (words[0]) {
            case "join" -> wanted = isAlone();
            case "ask" ->
                    find(words)
                            .ifPresent(
                                    one -> {
                                        one.recall();
                                        offer(one);
                                    });
            case "back" -> find(words).filter(one -> one.cameBack(from)).ifPresent(this::offer);
            default -> LOG.warn("Another node says what this one does not know: {}", words[0]);
        }
    }

    private Optional<Allotment> find(String[] words) {
        return find.apply(TenantId.of(words[2]), Kind.valueOf(words[3]));
    }

    private void work() {
        while (!closed) {
            try {
                step();
                failing = false;
            } catch (InterruptedException e) {
                LOG.trace("Interrupted", e); // Only the end interrupts, and says so.
            } catch (RuntimeException e) { // A thread's edge: the next step follows.
                if (!failing) {
                    LOG.warn("Limits wait for the database", e);
                }
                failing = true;
                slept();
            }
        }
    }

    private void step() throws InterruptedException {
        var first = queue.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            queue.add(first);
        }
        keepIn();
        awaiting.removeIf(one -> !one.isAwaiting());
        awaiting.stream().filter(Allotment::isOverdue).toList().forEach(this::offer);
        var batch = new ArrayList<Allotment>();
        if (state != State.OUT) {
            queue.drainTo(batch, MOST_AT_ONCE);
        }
        if (!batch.isEmpty()) {
            exchange(batch);
        }
    }

    private void keepIn() {
        long present = run.getAsLong();
        if (present != joined) {
            state = State.OUT;
            joined = present;
            unshared = false;
            queue.clear();
            forget.run();
        }
        if (present == 0) {
            return;
        }
        switch (state) {
            case OUT -> join(present);
            case ALONE -> {
                if (wanted) {
                    share(present);
                }
            }
            case BESIDE_OTHERS -> {
                if (unshared) {
                    share(present);
                }
                if (System.nanoTime() - looked > LOOK.toNanos()) {
                    looked = System.nanoTime();
                    lookAround(present);
                }
            }
        }
    }

    private void join(long present) {
        wanted = false;
        switch (table.join(present)) {
            case ALONE -> beAlone(Long.MIN_VALUE);
            case BESIDE_OTHERS -> state = State.BESIDE_OTHERS;
            case NOT_YET -> LOG.debug("Waiting for another node to share the limits");
        }
    }

    /// @param since the minutes that began before are shared with runs that are gone
    void beAlone(long since) {
        aloneSince = since;
        state = State.ALONE;
    }

    private void share(long present) {
        // First here: from now on nothing is used without asking, and nothing asked before they
        // know what was used. Tried again until they do.
        unshared = true;
        state = State.BESIDE_OTHERS;
        var kept =
                all.get().stream()
                        .map(one -> one.share(minute(one)))
                        .filter(ask -> ask.mine() + ask.usual() > 0)
                        .toList();
        table.share(present, kept);
        unshared = false;
        wanted = false;
    }

    private void lookAround(long present) {
        long now = nanos.getAsLong();
        if (table.isLeftAlone(present, Minutes.instant(now))) {
            beAlone(now);
        }
    }

    private Ask ask(Allotment one) {
        long minute = minute(one);
        return one.ask(minute, isAlone(one, minute));
    }

    private void exchange(List<Allotment> batch) {
        List<Ask> asks = batch.stream().map(this::ask).toList();
        try {
            var shares = table.exchange(joined, asks);
            for (int n = 0; n < asks.size(); n++) {
                var one = batch.get(n);
                if (one.heard(asks.get(n), shares.get(n))) {
                    offer(one);
                }
                if (one.isAwaiting()) {
                    awaiting.add(one);
                }
            }
        } catch (RuntimeException e) {
            for (int n = 0; n < asks.size(); n++) {
                batch.get(n).failed(asks.get(n));
                offer(batch.get(n));
            }
            throw e;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
