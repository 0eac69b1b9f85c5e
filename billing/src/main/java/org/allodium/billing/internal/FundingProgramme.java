package org.allodium.billing.internal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Currency;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.allodium.billing.OpenProgramme;
import org.allodium.billing.Programme;
import org.allodium.billing.ProgrammeId;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Shared;

/// A funder's programme and its rules: who may apply, when, and how much is left.
@Shared
@Entity
@Table(schema = "billing", name = "programme")
public class FundingProgramme {
    @Id private UUID id;
    private String title;
    private String funder;
    private String summary;

    @Column(precision = 24, scale = 12)
    private BigDecimal budget;

    @Column(precision = 24, scale = 12)
    private BigDecimal committed;

    @Column(name = "ceiling_per_grant", precision = 24, scale = 12)
    private BigDecimal ceilingPerGrant;

    private String currency;

    @Column(name = "opens_at")
    private Instant opensAt;

    @Column(name = "closes_at")
    private Instant closesAt;

    private String eligible;

    @Column(name = "verified_only")
    private boolean verifiedOnly;

    @SuppressWarnings("UnusedVariable")
    @Column(name = "opened_at")
    private Instant openedAt;

    @SuppressWarnings("UnusedVariable")
    @Column(name = "opened_by")
    private String openedBy;

    @Version private long version;

    protected FundingProgramme() {}

    public FundingProgramme(UUID id, OpenProgramme command, Instant now, String officer) {
        this.id = id;
        this.title = command.title().strip();
        this.funder = command.funder().strip();
        this.summary = command.summary().strip();
        this.budget = command.budget().amount();
        this.committed = BigDecimal.ZERO;
        this.ceilingPerGrant = command.ceilingPerGrant().amount();
        this.currency = command.budget().currency().getCurrencyCode();
        this.opensAt = command.opensAt();
        this.closesAt = command.closesAt();
        this.eligible =
                command.eligible().stream()
                        .sorted()
                        .map(Enum::name)
                        .collect(Collectors.joining(","));
        this.verifiedOnly = command.verifiedOnly();
        this.openedAt = now;
        this.openedBy = officer;
    }

    public UUID id() {
        return id;
    }

    public String title() {
        return title;
    }

    public boolean isOpen(Instant now) {
        return !now.isBefore(opensAt) && now.isBefore(closesAt);
    }

    /// May an organisation of this kind ask for this much, now?
    public void admit(OrganisationKind kind, Money requested, Instant now) {
        Rules.demand(isOpen(now), "programme", Sentence.of("billing.programme-closed"));
        Rules.demand(kinds().contains(kind), "programme", Sentence.of("billing.wrong-kind"));
        checkAmount(requested, "requested");
    }

    public boolean isForVerifiedOnly() {
        return verifiedOnly;
    }

    /// Sets money aside for a grant.
    public void commit(Money amount) {
        checkAmount(amount, "amount");
        var left = money(budget.subtract(committed));
        Rules.demand(
                amount.compareTo(left) <= 0,
                "amount",
                Sentence.of("billing.programme-spent", left));
        committed = committed.add(amount.amount());
    }

    public Programme shown(Instant now) {
        return new Programme(
                new ProgrammeId(id),
                title,
                funder,
                summary,
                money(budget),
                money(committed),
                money(ceilingPerGrant),
                opensAt,
                closesAt,
                kinds(),
                verifiedOnly,
                isOpen(now));
    }

    private void checkAmount(Money amount, String field) {
        if (!amount.currency().getCurrencyCode().equals(currency)) {
            throw Refused.invalid(field, "billing.other-currency", currency);
        }
        Rules.demand(amount.isPositive(), field, Sentence.of("billing.no-amount"));
        Rules.demand(
                amount.amount().compareTo(ceilingPerGrant) <= 0,
                field,
                Sentence.of("billing.above-ceiling", money(ceilingPerGrant)));
    }

    private Set<OrganisationKind> kinds() {
        return Arrays.stream(eligible.split(","))
                .map(OrganisationKind::valueOf)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Money money(BigDecimal amount) {
        return new Money(amount, Currency.getInstance(currency));
    }
}
