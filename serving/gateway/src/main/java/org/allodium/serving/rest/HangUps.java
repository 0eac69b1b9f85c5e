package org.allodium.serving.rest;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.allodium.serving.AnswerListener.ClientWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices that a client has hung up while its whole answer is still being made: the server is not
/// told, but the kernel knows. One look a second serves all who wait. A client that closes only its
/// own direction has hung up too. Decision 0116.
@ApplicationScoped
class HangUps {
    private static final Logger LOG = LoggerFactory.getLogger(HangUps.class);

    private final SocketTable table;
    private final Set<Waiting> all = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("hang-ups").daemon().factory());
    private boolean blind;

    HangUps() {
        this(SocketTable.ofThisProcess());
    }

    HangUps(SocketTable table) {
        this.table = table;
    }

    @PostConstruct
    void start() {
        looks.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    @PreDestroy
    void stop() {
        looks.shutdownNow();
    }

    private static final class Waiting {
        private final SocketTable.Ends ends;
        private final Runnable gone;
        private boolean missed;

        Waiting(SocketTable.Ends ends, Runnable gone) {
            this.ends = ends;
            this.gone = gone;
        }
    }

    /// Runs `gone` once if the peer hangs up before the watch is closed.
    ClientWatch watch(SocketTable.Ends ends, Runnable gone) {
        var waiting = new Waiting(ends, gone);
        all.add(waiting);
        return () -> all.remove(waiting);
    }

    /// What is gone is found by the second look.
    synchronized void look() {
        if (all.isEmpty() || blind) {
            return;
        }
        var wanted = new HashSet<SocketTable.Ends>();
        all.forEach(waiting -> wanted.add(waiting.ends));
        try {
            var picture = table.look(wanted);
            for (var waiting : all) {
                if (isGone(waiting, picture) && all.remove(waiting)) {
                    waiting.gone.run();
                }
            }
        } catch (IOException | RuntimeException e) { // The scheduler's edge.
            blind = true;
            LOG.warn(
                    "The kernel's table of sockets cannot be read: whole answers run to their end,"
                            + " even when their clients have hung up",
                    e);
        }
    }

    private static boolean isGone(Waiting waiting, SocketTable.Picture picture) {
        var closed = picture.closedByPeer().get(waiting.ends);
        if (closed != null) {
            waiting.missed = false;
            return closed;
        }
        // A row may be passed over while the table changes, but not twice. A table that does not
        // even show where the server listens, as in some sandboxes, says nothing.
        boolean again = waiting.missed;
        waiting.missed = picture.ports().contains(waiting.ends.local().getPort());
        return waiting.missed && again;
    }
}
