package org.allodium.serving.internal.link;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.allodium.serving.ServingConfig.LinkSettings;
import org.allodium.serving.internal.answers.AnswerCache;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one node keeps of its answers the others keep too. A request never waits for it: what
/// cannot be told soon is not told.
public final class AnswerLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerLink.class);
    private static final long MOST_WAITING_BYTES = 8L * 1024 * 1024;
    private static final int HEAD_BYTES = Byte.BYTES + Long.BYTES + Short.BYTES;
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private final LinkSettings settings;
    private final SSLContext keys;
    private final AnswerCache cache;
    private final MeterRegistry registry;

    /// Two, so that what happens now can be told while a newcomer is told of the past.
    private final ScheduledExecutorService tellers =
            Executors.newScheduledThreadPool(
                    2, Thread.ofPlatform().daemon().name("answer-link-", 0).factory());

    private final AtomicLong waitingBytes = new AtomicLong();
    private volatile int members;
    private volatile @Nullable NodeLink link;

    private AnswerLink(LinkSettings settings, AnswerCache cache, MeterRegistry registry) {
        this.settings = settings;
        this.keys = LinkKeys.open(settings.keys());
        this.cache = cache;
        this.registry = registry;
    }

    /// Finds the others by itself, now or later. Throws where this node has no keys for that.
    public static AnswerLink open(
            LinkSettings settings, AnswerCache cache, MeterRegistry registry) {
        var opened = new AnswerLink(settings, cache, registry);
        Gauge.builder("allodium.serving.link.members", opened, AnswerLink::members)
                .strongReference(true)
                .register(registry);
        cache.tellOthers(opened::tell);
        opened.tellers.execute(opened::connect);
        return opened;
    }

    /// Who is linked, this node among them; 0 while it is not.
    public int members() {
        return members;
    }

    private synchronized void connect() {
        if (tellers.isShutdown()) {
            return;
        }
        try {
            link = NodeLink.open(settings, keys, new Hearing());
        } catch (Exception failed) {
            LOG.error(
                    "Answers that are kept here cannot be told to other nodes: {} port {}: {}",
                    settings.address(),
                    settings.port(),
                    failed.toString());
            tellers.schedule(this::connect, AGAIN.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void tell(String key, byte[] answer, Instant until) {
        if (members < 2) {
            return;
        }
        if (waitingBytes.addAndGet(answer.length) > MOST_WAITING_BYTES) {
            waitingBytes.addAndGet(-answer.length);
            count("dropped");
            return;
        }
        try {
            tellers.execute(() -> tellNow(key, answer, until));
        } catch (RejectedExecutionException ending) {
            LOG.debug("Not told: this node ends", ending);
        }
    }

    private void tellNow(String key, byte[] answer, Instant until) {
        try {
            send(null, message(key, answer, until));
        } finally {
            waitingBytes.addAndGet(-answer.length);
        }
    }

    private void tellAll(List<Address> newcomers) {
        cache.each(
                (key, answer, until) -> {
                    var message = message(key, answer, until);
                    newcomers.forEach(newcomer -> send(newcomer, message));
                });
    }

    private void send(@Nullable Address to, byte[] message) {
        var open = link;
        try {
            if (open != null && open.send(to, message)) {
                count("told");
            }
        } catch (Exception lost) {
            count("dropped");
            LOG.debug("Not told", lost);
        }
    }

    private static byte[] message(String key, byte[] answer, Instant until) {
        var name = key.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEAD_BYTES + name.length + answer.length)
                .put(AnswerCache.FORMAT)
                .putLong(until.toEpochMilli())
                .putShort((short) name.length)
                .put(name)
                .put(answer)
                .array();
    }

    private void hear(byte[] message) {
        try {
            var in = ByteBuffer.wrap(message);
            if (in.get() == AnswerCache.FORMAT) {
                var until = Instant.ofEpochMilli(in.getLong());
                var name = new byte[Short.toUnsignedInt(in.getShort())];
                in.get(name);
                var answer = new byte[in.remaining()];
                in.get(answer);
                cache.hear(new String(name, StandardCharsets.UTF_8), answer, until);
                count("heard");
            }
        } catch (BufferUnderflowException notOurs) {
            LOG.debug("Not understood", notOurs);
        }
    }

    private void count(String what) {
        Counter.builder("allodium.serving.link.answers")
                .tag("what", what)
                .register(registry)
                .increment();
    }

    @Override
    public void close() {
        cache.tellOthers(AnswerCache.NOBODY);
        tellers.shutdownNow();
        disconnect();
    }

    private synchronized void disconnect() {
        if (link != null) {
            link.close();
        }
        members = 0;
    }

    private final class Hearing implements NodeLink.Hearing {
        @Override
        public void heard(byte[] message) {
            hear(message);
        }

        @Override
        public void members(int count, List<Address> newcomers) {
            members = count;
            if (!newcomers.isEmpty()) {
                tellers.execute(() -> tellAll(newcomers));
            }
        }
    }
}
