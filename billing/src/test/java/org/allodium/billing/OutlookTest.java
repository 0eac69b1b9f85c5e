package org.allodium.billing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.allodium.kernel.Money;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.Test;

class OutlookTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void oneGrantLastsAsLongAsThePaceSays() {
        var outlook = Outlook.of(List.of(grant("350", 100)), Money.euro("35"), NOW);
        assertThat(outlook.lastsUntil()).contains(after(70));
        assertThat(outlook.parts().getFirst().usedUpAt()).contains(after(70));
        assertThat(outlook.parts().getFirst().lapsing()).isEqualTo(Money.euro("0"));
    }

    @Test
    void whatIsLeftAtTheEndLapsesAndNothingPaysAfterIt() {
        var outlook = Outlook.of(List.of(grant("1000", 2)), Money.euro("35"), NOW);
        assertThat(outlook.parts().getFirst().lapsing()).isEqualTo(Money.euro("990"));
        assertThat(outlook.parts().getFirst().usedUpAt()).isEmpty();
        assertThat(outlook.lastsUntil()).contains(after(2));
    }

    /// The sum of both would last 150 days and seem to waste nothing.
    @Test
    void aGrantThatLapsesTomorrowIsNotHiddenByOneThatRunsForAYear() {
        var outlook =
                Outlook.of(List.of(grant("1000", 1), grant("500", 365)), Money.euro("70"), NOW);
        assertThat(outlook.parts().get(0).lapsing()).isEqualTo(Money.euro("990"));
        assertThat(outlook.parts().get(1).lapsing()).isEqualTo(Money.euro("0"));
        assertThat(outlook.parts().get(1).usedUpAt()).contains(after(51));
        assertThat(outlook.lastsUntil()).contains(after(51));
    }

    /// The first in order pays although another ends sooner, which then lapses whole.
    @Test
    void aGrantWhoseTurnDoesNotComeLapsesWhole() {
        var outlook = Outlook.of(List.of(grant("100", 100), grant("30", 5)), Money.euro("70"), NOW);
        assertThat(outlook.parts().get(1).lapsing()).isEqualTo(Money.euro("30"));
        assertThat(outlook.lastsUntil()).contains(after(10));
    }

    @Test
    void withoutSpendingEverythingLapsesAndNoEndIsForetold() {
        var outlook = Outlook.of(List.of(grant("10", 3)), Money.euro("0"), NOW);
        assertThat(outlook.parts().getFirst().lapsing()).isEqualTo(Money.euro("10"));
        assertThat(outlook.lastsUntil()).isEmpty();
        assertThat(Outlook.of(List.of(), Money.euro("5"), NOW).lastsUntil()).contains(NOW);
    }

    @Test
    void aVerySmallPaceIsNoOverflow() {
        var outlook = Outlook.of(List.of(grant("100000", 900)), Money.euro("0.000000000001"), NOW);
        assertThat(outlook.lastsUntil()).contains(after(900));
        assertThat(outlook.parts().getFirst().lapsing()).isEqualTo(Money.euro("100000"));
    }

    private static Instant after(int days) {
        return NOW.plus(Duration.ofDays(days));
    }

    private static Grant grant(String left, int endsInDays) {
        var end = after(endsInDays);
        return new Grant(
                new GrantId(UUID.randomUUID()),
                new TenantId(UUID.randomUUID()),
                new ProgrammeId(UUID.randomUUID()),
                "Allowance",
                "Ministry of Science",
                Money.euro(left),
                Money.euro("0"),
                Money.euro("0"),
                NOW.minus(Duration.ofDays(10)),
                end,
                LocalDate.ofInstant(end, ZoneOffset.UTC),
                false);
    }
}
