package org.allodium.billing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.allodium.kernel.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the partitions of the present month and of those that follow, before anybody needs them.
/// A row that finds none goes into its table's last resort; the next look makes its month, and
/// moves it there.
public final class MonthsAhead implements AutoCloseable {
    /// A product that nobody updates or restarts, and whose database refuses this for a quarter.
    static final int AHEAD = 3;

    private static final Logger LOG = LoggerFactory.getLogger(MonthsAhead.class);
    // Cheap where nothing is missing, and soon enough where it failed.
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final String OTHERWISE = "select billing.months_otherwise()";
    private static final String MAKE = "select billing.make_month(:month)";

    private final Database platform;
    private final Clock clock;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("billing-months").daemon().factory());

    public MonthsAhead(Database platform, Clock clock) {
        this.platform = platform;
        this.clock = clock;
    }

    /// The first look is done when this returns.
    public void start() {
        look();
        executor.scheduleWithFixedDelay(
                this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void look() {
        try {
            make();
        } catch (RuntimeException e) { // The scheduler's edge: an error must not end the looking.
            LOG.error("The coming months were not made; this will be tried again", e);
        }
    }

    /// How many partitions were missing.
    int make() {
        var first = YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
        int made = 0;
        for (int ahead = 0; ahead <= AHEAD; ahead++) {
            made += make(first.plusMonths(ahead));
        }
        for (var month : otherwise()) {
            made += make(month);
        }
        return made;
    }

    private List<YearMonth> otherwise() {
        return platform.withHandle(
                handle ->
                        handle.createQuery(OTHERWISE).mapTo(LocalDate.class).list().stream()
                                .map(YearMonth::from)
                                .toList());
    }

    private int make(YearMonth month) {
        int made =
                platform.inTransaction(
                        handle ->
                                handle.createQuery(MAKE)
                                        .bind("month", month.atDay(1))
                                        .mapTo(Integer.class)
                                        .one());
        if (made > 0) {
            LOG.info("Made {} tables for {}", made, month);
        }
        return made;
    }
}
