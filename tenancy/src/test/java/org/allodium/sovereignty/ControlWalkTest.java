package org.allodium.sovereignty;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.LegalEntity.Form;
import org.allodium.sovereignty.internal.ControlWalk;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Who controls `target`, a company in XA, as seen from the perimeter HOME (XA).
class ControlWalkTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Perimeter HOME = new Perimeter("HOME", new TreeSet<>(Set.of("XA")));

    private final List<Fact> facts = new ArrayList<>();

    ControlWalkTest() {
        entity("target", "XA", Form.COMPANY);
        entity("state", "XA", Form.PUBLIC_BODY);
        entity("alien", "XC", Form.COMPANY);
        entity("stranger", "XB", Form.COMPANY);
    }

    @Test
    void twentyFourPercentIsNotYetControl() {
        holds("alien", "target", "24");
        holds("state", "target", "76");
        assertThat(control()).isFalse();
    }

    @Test
    void aHairMoreIs() {
        holds("alien", "target", "24.01");
        holds("state", "target", "75.99");
        assertThat(control()).isTrue();
    }

    @Test
    void togetherThirtyNineIsNotYetControlAndMoreIs() {
        holds("alien", "target", "20");
        holds("stranger", "target", "19");
        holds("state", "target", "61");
        assertThat(control()).isFalse();
        entity("third", "XD", Form.COMPANY);
        facts.removeIf(fact -> fact.key().equals("state>target"));
        holds("third", "target", "1");
        holds("state", "target", "60");
        assertThat(control()).isTrue();
    }

    @Test
    void votesCountAsCapitalDoes() {
        relation("alien", "target", "10", "30", false, false, false);
        relation("state", "target", "90", "70", false, false, false);
        assertThat(control()).isTrue();
    }

    @Test
    void rightsCountWhateverTheShare() {
        for (int right = 0; right < 3; right++) {
            facts.removeIf(fact -> fact instanceof ControlRelation);
            relation("alien", "target", "0", "0", right == 0, right == 1, right == 2);
            holds("state", "target", "100");
            assertThat(control()).as("right %d", right).isTrue();
        }
    }

    @Test
    void aShareMultipliesAlongTheWay() {
        entity("fund", "XA", Form.COMPANY);
        holds("alien", "fund", "20");
        holds("state", "fund", "80");
        holds("fund", "target", "100");
        assertThat(control()).as("20 %% of all").isFalse();
        holds("stranger", "fund", "19");
        facts.removeIf(fact -> fact.key().equals("state>fund"));
        holds("state", "fund", "61");
        assertThat(control()).as("39 %% together").isFalse();
    }

    @Test
    void controlOfAHolderPassesItsWholeShareOn() {
        entity("fund", "XA", Form.COMPANY);
        holds("alien", "fund", "51");
        holds("state", "fund", "49");
        holds("fund", "target", "25");
        holds("state", "target", "75");
        assertThat(control()).as("the product is 12.75 %%, the chain 25 %%").isTrue();
    }

    @Test
    void shellsOfOneOwnerAddUp() {
        for (String shell : List.of("shell-1", "shell-2")) {
            entity(shell, "XA", Form.COMPANY);
            holds("alien", shell, "100");
            holds(shell, "target", "13");
        }
        holds("state", "target", "74");
        assertThat(control()).isTrue();
    }

    @Test
    void whatNobodyIsKnownToHoldCountsAsOutside() {
        holds("state", "target", "75");
        assertThat(control()).isTrue();
    }

    @Test
    void anUnknownShareCountsAsOutside() {
        relation("alien", "target", null, "1", false, false, false);
        holds("state", "target", "99");
        assertThat(control()).isTrue();
    }

    @Test
    void aHolderWithoutAttestationCountsAsOutside() {
        holds("state", "target", "100");
        assertThat(control()).isFalse();
        facts.removeIf(fact -> fact.key().equals("state/SEAT"));
        assertThat(control()).isTrue();
    }

    @Test
    void thoseWhoAreNotKnownMayBeTheOneWhoIs() {
        holds("alien", "target", "15");
        holds("stranger", "target", "10");
        holds("state", "target", "65");
        assertThat(control()).as("15 %% and the 10 %% that nobody is known to hold").isTrue();
    }

    @Test
    void aCircleEndsAndCountsAsOutside() {
        entity("ring", "XA", Form.COMPANY);
        holds("ring", "target", "60");
        holds("state", "target", "40");
        holds("target", "ring", "90");
        holds("state", "ring", "10");
        assertThat(control()).isTrue();
    }

    @Test
    void anEndedShareCountsNoMore() {
        facts.add(
                new ControlRelation(
                        "alien",
                        "target",
                        BigDecimal.valueOf(90),
                        BigDecimal.valueOf(90),
                        true,
                        true,
                        true,
                        NOW.minusSeconds(100),
                        NOW));
        holds("state", "target", "100");
        assertThat(control()).isFalse();
    }

    private boolean control() {
        var all = Facts.of(facts);
        return new ControlWalk(all.at(NOW), HOME, ControlThresholds.USUAL)
                .outsideControl(all.entity("target").orElseThrow())
                .isPresent();
    }

    private void entity(String id, String country, Form form) {
        facts.add(new LegalEntity(id, id, form, null, country, country, country));
        for (var criterion : List.of(Criterion.SEAT, Criterion.CONTROL)) {
            facts.add(
                    new Attestation(
                            id + "/" + criterion,
                            id,
                            criterion,
                            Attestation.Kind.AUDIT,
                            "auditor",
                            NOW.minusSeconds(1),
                            NOW.plusSeconds(1),
                            "00",
                            true));
        }
    }

    private void holds(String holder, String held, String percent) {
        relation(holder, held, percent, percent, false, false, false);
    }

    private void relation(
            String holder,
            String held,
            @Nullable String capital,
            String votes,
            boolean veto,
            boolean appoints,
            boolean influence) {
        facts.add(
                new ControlRelation(
                        holder,
                        held,
                        capital == null ? null : new BigDecimal(capital),
                        new BigDecimal(votes),
                        veto,
                        appoints,
                        influence,
                        NOW.minusSeconds(10),
                        null));
    }
}
