package org.allodium.portal.home;

import static org.allodium.portal.text.Messages.say;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.allodium.billing.Outlook;
import org.allodium.portal.text.Figures;

/// What the outlook of an organisation's grants means for its people.
public final class GrantWords {
    static final Duration SOON = Duration.ofDays(30);

    private GrantWords() {}

    /// One sentence for each grant of which a part lapses at the present pace.
    static List<String> lapses(Outlook outlook, Figures figures) {
        return outlook.parts().stream()
                .filter(part -> part.lapsing().isPositive())
                .map(part -> lapse(part, figures))
                .toList();
    }

    /// What becomes of one grant.
    public static String of(Outlook.Part part, Figures figures) {
        return part.usedUpAt()
                .map(at -> say("grants.outlook.used-up", figures.relative(at)))
                .orElseGet(
                        () ->
                                part.lapsing().isPositive()
                                        ? say(
                                                "grants.outlook.lapses",
                                                figures.money(part.lapsing()))
                                        : "");
    }

    /// A part of it lapses, and that soon.
    public static boolean lapsesSoon(Outlook.Part part, Figures figures) {
        return part.lapsing().isPositive()
                && part.grant().endsAt().isBefore(figures.now().plus(SOON));
    }

    /// What somebody has to do something about: money that lapses soon, and no money to come.
    static List<String> needs(HomeFigures numbers, Figures figures) {
        var needs = new ArrayList<String>();
        var outlook = numbers.outlook();
        outlook.parts().stream()
                .filter(part -> lapsesSoon(part, figures))
                .forEach(part -> needs.add(lapse(part, figures)));
        if (numbers.running().isEmpty()) {
            return needs;
        }
        if (!numbers.left().isPositive()) {
            needs.add(say("home.needs.spent"));
        } else {
            outlook.lastsUntil()
                    .filter(until -> until.isBefore(figures.now().plus(SOON)))
                    .ifPresent(
                            until ->
                                    needs.add(say("home.needs.no-money", figures.relative(until))));
        }
        return needs;
    }

    private static String lapse(Outlook.Part part, Figures figures) {
        return say(
                "home.pace.lapse",
                figures.money(part.lapsing()),
                part.grant().programmeTitle(),
                figures.date(part.grant().lastDay()));
    }
}
