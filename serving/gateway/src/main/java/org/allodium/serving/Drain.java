package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import org.allodium.serving.internal.loading.ModelLoader;
import org.allodium.tenancy.Anyone;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets the server end without an answer left halfway: refuses what comes, gives what runs a while,
/// cuts the rest, waits until all of it is settled, and ends computing before the native libraries
/// are torn down. It runs in a hook of the virtual machine, which does not end before its hooks
/// have, and before the application's beans go: whichever is first, the other waits. Decision 0117.
@ApplicationScoped
@Anyone
public class Drain {
    /// How long running answers go on. All together must be over when the launcher's patience is.
    static final Duration GRACE = Duration.ofSeconds(10);

    /// How long cut answers take to be settled, at most.
    static final Duration SETTLING = Duration.ofSeconds(8);

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    private static final long NAP_MILLIS = 20;

    @Inject ModelLoader models;
    @Inject Clock clock;
    private final Object doors = new Object();

    @SuppressWarnings("NullAway.Init") // Made at start, before anybody is let in.
    private Thread hook;

    private volatile boolean ending;
    private boolean ended;
    private int inside;

    void open(@Observes @Initialized(ApplicationScoped.class) Object start) {
        hook = Thread.ofPlatform().name("drain").unstarted(this::drain);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    void close(@Observes @BeforeDestroyed(ApplicationScoped.class) Object end) {
        drain();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("The virtual machine is ending: the hook stays", e);
        }
    }

    public boolean ending() {
        return ending;
    }

    /// Somebody whom the end waits for, until the ticket is closed.
    public Ticket enter() {
        synchronized (doors) {
            inside++;
        }
        return this::leave;
    }

    private void leave() {
        synchronized (doors) {
            inside--;
            doors.notifyAll();
        }
    }

    /// A place among those that the end waits for; closed once.
    public interface Ticket extends AutoCloseable {
        @Override
        void close();
    }

    synchronized void drain() {
        if (ended) {
            return;
        }
        ending = true;
        LOG.info("The server ends: nothing more is taken in");
        if (!empty(GRACE)) {
            LOG.warn("Answers still run after {}: they are cut", GRACE);
        }
        models.end();
        if (!empty(SETTLING)) {
            LOG.error("Answers are not settled after {}: the next start closes them", SETTLING);
        }
        ended = true;
        LOG.info("Nothing runs any more");
    }

    private boolean empty(Duration patience) {
        var deadline = clock.instant().plus(patience);
        synchronized (doors) {
            try {
                while (inside > 0 && clock.instant().isBefore(deadline)) {
                    doors.wait(NAP_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return inside == 0;
        }
    }
}
