package org.allodium.billing.internal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;
import org.allodium.billing.Application;
import org.allodium.billing.Application.State;
import org.allodium.billing.ApplicationId;
import org.allodium.billing.GrantId;
import org.allodium.billing.ProgrammeId;
import org.allodium.billing.SubmitApplication;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Person;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/// An application, decided once.
@Entity
@Table(schema = "billing", name = "application")
public class GrantApplication {
    @Id private UUID id;

    @TenantId
    @Column(name = "tenant_id")
    private UUID tenant;

    @Column(name = "programme_id")
    private UUID programme;

    private String organisation;
    private String purpose;

    @Column(name = "field_of_science")
    private String fieldOfScience;

    @Column(name = "expected_use")
    private String expectedUse;

    @Column(precision = 24, scale = 12)
    private BigDecimal requested;

    private String currency;

    @Column(name = "applicant_subject")
    private String applicantSubject;

    @Column(name = "applicant_name")
    private String applicantName;

    @Column(name = "submitted_at")
    private Instant submittedAt;

    @Enumerated(EnumType.STRING)
    private State state;

    @Column(name = "decided_at")
    private @Nullable Instant decidedAt;

    // For whoever reads the table: the name beside it may change, the subject does not.
    @SuppressWarnings("UnusedVariable")
    @Column(name = "decided_by")
    private @Nullable String decidedBy;

    private @Nullable String officer;
    private @Nullable String reason;

    @Column(name = "grant_id")
    private @Nullable UUID grant;

    @Version private long version;

    protected GrantApplication() {}

    /// `command` is checked already; `organisation` is the applicant's name at this time.
    public GrantApplication(UUID id, SubmitApplication command, String organisation, Instant now) {
        this.id = id;
        this.tenant = command.tenant().value();
        this.programme = command.programme().value();
        this.organisation = organisation;
        this.purpose = command.purpose();
        this.fieldOfScience = command.fieldOfScience();
        this.expectedUse = command.expectedUse();
        this.requested = command.requested().amount();
        this.currency = command.requested().currency().getCurrencyCode();
        this.applicantSubject = command.applicant().subject();
        this.applicantName = command.applicant().name();
        this.submittedAt = now;
        this.state = State.SUBMITTED;
    }

    public UUID id() {
        return id;
    }

    public org.allodium.tenancy.TenantId tenant() {
        return new org.allodium.tenancy.TenantId(tenant);
    }

    public UUID programme() {
        return programme;
    }

    public boolean isFrom(String subject) {
        return applicantSubject.equals(subject);
    }

    public void approve(UUID toGrant, Person by, Instant now) {
        decide(State.APPROVED, by, "", now);
        grant = toGrant;
    }

    public void decline(String why, Person by, Instant now) {
        decide(State.DECLINED, by, why, now);
    }

    public void withdraw(String subject, Instant now) {
        decide(State.WITHDRAWN, new Person(subject, "", ""), "", now);
    }

    public void demandOpen() {
        if (state != State.SUBMITTED) {
            throw Refused.of(ErrorCode.CONFLICT, "billing.application-closed");
        }
    }

    public Application shown(String programmeTitle) {
        return new Application(
                new ApplicationId(id),
                new ProgrammeId(programme),
                programmeTitle,
                tenant(),
                organisation,
                purpose,
                fieldOfScience,
                expectedUse,
                new Money(requested, Currency.getInstance(currency)),
                applicantSubject,
                applicantName,
                submittedAt,
                state,
                verdict());
    }

    private Optional<Application.Verdict> verdict() {
        if (decidedAt == null) {
            return Optional.empty();
        }
        return Optional.of(
                new Application.Verdict(
                        decidedAt,
                        officer == null ? "" : officer,
                        reason == null ? "" : reason,
                        Optional.ofNullable(grant).map(GrantId::new)));
    }

    private void decide(State to, Person by, String why, Instant now) {
        demandOpen();
        state = to;
        decidedAt = now;
        decidedBy = by.subject();
        officer = by.name();
        reason = why;
    }
}
