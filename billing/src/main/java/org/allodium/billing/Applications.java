package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.allodium.billing.internal.BillingConfig;
import org.allodium.billing.internal.FundingProgramme;
import org.allodium.billing.internal.FundingRepository;
import org.allodium.billing.internal.GrantApplication;
import org.allodium.billing.internal.GrantBook;
import org.allodium.billing.internal.Ledger;
import org.allodium.billing.internal.Rules;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.AuditTrail;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;
import org.allodium.tenancy.Verifications;

/// Applications from submission to verdict. Nobody decides their own, nor their organisation's.
@ApplicationScoped
public class Applications {
    private static final int LONGEST_GRANT_YEARS = 3;
    private static final int LARGEST_PAGE = 200;

    @Inject FundingRepository funding;
    @Inject Tenants tenants;
    @Inject Verifications verifications;
    @Inject AuditTrail audit;
    @Inject BillingConfig config;
    @Inject Clock clock;

    @Transactional
    @Requires(Permission.APPLY_FOR_GRANTS)
    public Application submit(SubmitApplication command) {
        TenantScope.current().demand(command.tenant());
        var checked = checked(command);
        var now = clock.instant();
        var tenant = tenants.require(command.tenant());
        var programme =
                funding.programme(command.programme())
                        .orElseThrow(() -> Refused.invalid("programme", "billing.no-programme"));
        programme.admit(tenant.kind(), checked.requested(), now);
        demandVerified(programme, command.tenant());
        if (funding.hasOpen(command.tenant(), command.programme())) {
            throw Refused.of(ErrorCode.CONFLICT, "billing.application-waits").at("programme");
        }
        var application = new GrantApplication(Ids.timeOrdered(clock), checked, tenant.name(), now);
        funding.add(application);
        note(application, "billing.application-submitted", Map.of());
        return application.shown(programme.title());
    }

    @Transactional
    @Requires(Permission.SEE_APPLICATIONS)
    public List<Application> ofTenant(TenantId tenant) {
        TenantScope.current().demand(tenant);
        return funding.ofTenant(tenant).stream().map(this::shown).toList();
    }

    /// The officers' queue: waiting ones, oldest first; then decided ones, latest verdict first.
    @Transactional
    @Requires(Permission.SEE_ALL_APPLICATIONS)
    public List<Application> queue(int offset, int limit) {
        return funding.queue(Math.max(0, offset), Math.clamp(limit, 1, LARGEST_PAGE)).stream()
                .map(this::shown)
                .toList();
    }

    @Transactional
    @Requires(Permission.SEE_ALL_APPLICATIONS)
    public long waiting() {
        return funding.waiting();
    }

    @Transactional
    @Requires(Permission.SEE_APPLICATIONS)
    public Optional<Application> find(ApplicationId id) {
        return funding.application(id).map(this::shown);
    }

    /// Makes the grant and moves the money from the programme, in one transaction. The grant runs
    /// from now until `lastDay` ends where the platform counts days, at most three years.
    @Transactional
    @Requires(Permission.DECIDE_APPLICATIONS)
    public Application approve(ApplicationId id, Money amount, LocalDate lastDay, Person officer) {
        var now = clock.instant();
        Rules.amount(amount, "amount");
        var today = LocalDate.ofInstant(now, config.zone());
        Rules.demand(
                !lastDay.isBefore(today), "lastDay", Sentence.of("billing.grant-ends-in-the-past"));
        Rules.demand(
                !lastDay.isAfter(today.plusYears(LONGEST_GRANT_YEARS)),
                "lastDay",
                Sentence.of("billing.grant-too-long"));
        var endsAt = lastDay.plusDays(1).atStartOfDay(config.zone()).toInstant();
        var application = funding.lockApplication(id);
        application.demandOpen();
        demandSeparation(application, officer);
        var programme = funding.lockProgramme(application.programme());
        demandVerified(programme, application.tenant());
        programme.commit(amount);
        var award =
                new GrantBook.Award(
                        Ids.timeOrdered(clock),
                        application.tenant().value(),
                        application.programme(),
                        application.id(),
                        amount,
                        now,
                        endsAt,
                        officer.subject());
        application.approve(award.id(), officer, now);
        var ledger = new Ledger(clock);
        funding.inTransaction(handle -> GrantBook.open(handle, ledger, award));
        note(
                application,
                "billing.grant-approved",
                Map.of(
                        "grant", award.id().toString(),
                        "amount", amount.toString(),
                        "officer", officer.subject(),
                        "ends", endsAt.toString(),
                        "lastDay", lastDay.toString()));
        return application.shown(programme.title());
    }

    @Transactional
    @Requires(Permission.DECIDE_APPLICATIONS)
    public Application decline(ApplicationId id, String reason, Person officer) {
        String why = Rules.text(reason, "reason", 10, 2000);
        var application = funding.lockApplication(id);
        application.demandOpen();
        demandSeparation(application, officer);
        application.decline(why, officer, clock.instant());
        note(application, "billing.application-declined", Map.of("officer", officer.subject()));
        return shown(application);
    }

    @Transactional
    @Requires(Permission.APPLY_FOR_GRANTS)
    public Application withdraw(ApplicationId id, TenantId tenant) {
        TenantScope.current().demand(tenant);
        var application = funding.lockApplication(id);
        TenantScope.current().demand(application.tenant());
        application.withdraw(TenantScope.current().subject(), clock.instant());
        note(application, "billing.application-withdrawn", Map.of());
        return shown(application);
    }

    private static SubmitApplication checked(SubmitApplication command) {
        Rules.amount(command.requested(), "requested");
        Rules.demand(
                FieldOfScience.ofKey(command.fieldOfScience()).isPresent(),
                "fieldOfScience",
                Sentence.of("billing.no-field-of-science"));
        return new SubmitApplication(
                command.programme(),
                command.tenant(),
                Rules.text(command.purpose(), "purpose", 20, 4000),
                command.fieldOfScience(),
                Rules.text(command.expectedUse(), "expectedUse", 0, 2000),
                command.requested(),
                command.applicant());
    }

    /// Kind and identifier are an applicant's own words until somebody else has looked.
    private void demandVerified(FundingProgramme programme, TenantId tenant) {
        if (programme.isForVerifiedOnly() && verifications.present(tenant).isEmpty()) {
            throw Refused.of(ErrorCode.PERMISSION_DENIED, "billing.verified-only");
        }
    }

    /// Whoever acts, and whoever is named as the officer, is neither applicant nor member.
    private void demandSeparation(GrantApplication application, Person officer) {
        for (String subject : List.of(officer.subject(), TenantScope.current().subject())) {
            if (application.isFrom(subject)) {
                throw Refused.of(ErrorCode.SEPARATION_OF_DUTIES, "billing.own-application");
            }
            if (tenants.membership(application.tenant(), subject).isPresent()) {
                throw Refused.of(ErrorCode.SEPARATION_OF_DUTIES, "billing.own-organisation");
            }
        }
    }

    private Application shown(GrantApplication application) {
        return application.shown(funding.title(application));
    }

    private void note(GrantApplication application, String act, Map<String, String> details) {
        var all = new java.util.HashMap<>(details);
        all.put("application", application.id().toString());
        audit.note(application.tenant(), act, all);
    }
}
