package org.allodium.portal.usage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.allodium.billing.SettledRequest;

/// Reads the log of requests, newest first, in bounded steps, and picks what a filter wants.
final class RequestSearch {
    interface Log {
        List<SettledRequest> read(int offset, int limit);
    }

    /// `more`: older requests follow.
    record Found(List<SettledRequest> rows, boolean more) {
        Found {
            rows = List.copyOf(rows);
        }
    }

    static final int PAGE = 25;
    private static final int STEP = 250;

    private final Log log;

    RequestSearch(Log log) {
        this.log = log;
    }

    Found page(UsageFilter filter, Instant now) {
        var wanted = filter.page() * PAGE;
        if (filter.everything()) {
            return found(log.read(wanted, PAGE + 1));
        }
        var rows = new ArrayList<SettledRequest>();
        walk(filter, now, wanted + PAGE + 1, rows::add);
        return found(rows.subList(Math.min(wanted, rows.size()), rows.size()));
    }

    /// Every match, one after the other, so that an export needs no memory for all of them.
    void each(UsageFilter filter, Instant now, Consumer<SettledRequest> work) {
        walk(filter, now, Integer.MAX_VALUE, work);
    }

    private void walk(UsageFilter filter, Instant now, int most, Consumer<SettledRequest> work) {
        var from = filter.from(now);
        var taken = 0;
        for (var offset = 0; ; offset += STEP) {
            var rows = log.read(offset, STEP);
            for (var row : rows) {
                if (row.at().isBefore(from) || taken == most) {
                    return;
                }
                if (filter.matches(row)) {
                    work.accept(row);
                    taken++;
                }
            }
            if (rows.size() < STEP) {
                return;
            }
        }
    }

    private static Found found(List<SettledRequest> rows) {
        return new Found(rows.subList(0, Math.min(PAGE, rows.size())), rows.size() > PAGE);
    }
}
