package org.allodium.portal.organisations;

import static org.allodium.portal.text.Messages.say;

import java.util.ArrayList;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;
import org.allodium.tenancy.Limits;

/// What of a quota has changed, in words.
final class QuotaChange {
    private QuotaChange() {}

    static String words(Limits before, Limits now, Figures figures) {
        var changes = new ArrayList<String>();
        if (before.requestsPerMinute() != now.requestsPerMinute()) {
            changes.add(
                    change(
                            "quota.requests",
                            figures.number(before.requestsPerMinute()),
                            figures.number(now.requestsPerMinute())));
        }
        if (before.tokensPerMinute() != now.tokensPerMinute()) {
            changes.add(
                    change(
                            "quota.tokens",
                            figures.number(before.tokensPerMinute()),
                            figures.number(now.tokensPerMinute())));
        }
        if (before.concurrentRequests() != now.concurrentRequests()) {
            changes.add(
                    change(
                            "quota.concurrent",
                            figures.number(before.concurrentRequests()),
                            figures.number(now.concurrentRequests())));
        }
        if (before.priority() != now.priority()) {
            changes.add(
                    change(
                            "quota.priority",
                            Names.of(before.priority()),
                            Names.of(now.priority())));
        }
        return String.join("; ", changes) + ".";
    }

    private static String change(String field, String before, String now) {
        return say("quota.changed-from-to", say(field), before, now);
    }
}
