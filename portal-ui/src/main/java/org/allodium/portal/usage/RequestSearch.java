package org.allodium.portal.usage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.allodium.billing.SettledRequest;
import org.allodium.portal.parts.ListPage;

/// Reads the log of requests, newest first, in bounded steps, and picks what a filter wants.
final class RequestSearch {
    private static final int STEP = 250;

    private final ListPage.Source<SettledRequest> log;

    RequestSearch(ListPage.Source<SettledRequest> log) {
        this.log = log;
    }

    ListPage<SettledRequest> page(UsageFilter filter, Instant now) {
        if (filter.everything()) {
            return ListPage.read(filter.page(), log);
        }
        var before = filter.page() * ListPage.SIZE;
        var rows = new ArrayList<SettledRequest>();
        walk(filter, now, before + ListPage.SIZE + 1, rows::add);
        return ListPage.of(filter.page(), rows.subList(Math.min(before, rows.size()), rows.size()));
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
}
