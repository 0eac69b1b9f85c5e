package org.allodium.tenancy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.internal.OrganisationRepository;
import org.allodium.tenancy.internal.VerificationRepository;

/// Whether organisations are who they say. Each begins unverified; only somebody of the programme
/// who is no member of it can change that, and every act stays on record. See decision 0127.
@ApplicationScoped
public class Verifications {
    private static final int LARGEST_PAGE = 200;

    @Inject VerificationRepository acts;
    @Inject OrganisationRepository organisations;
    @Inject Tenants tenants;
    @Inject AuditTrail audit;
    @Inject Clock clock;

    /// What holds now; empty where nobody ever verified it or the last act took it back.
    @Anyone
    @Transactional
    public Optional<Verification> present(TenantId tenant) {
        TenantScope.current().demand(tenant);
        return acts.of(tenant).stream().findFirst().filter(Verification::verified);
    }

    /// Newest first.
    @Requires(Permission.SEE_VERIFICATIONS)
    @Transactional
    public List<Verification> history(TenantId tenant) {
        TenantScope.current().demandPlatform();
        return acts.of(tenant);
    }

    /// Organisations that are not verified, the longest waiting first.
    @Requires(Permission.SEE_VERIFICATIONS)
    @Transactional
    public List<Tenant> waiting(int offset, int limit) {
        TenantScope.current().demandPlatform();
        return acts.unverified(Math.max(0, offset), Math.clamp(limit, 1, LARGEST_PAGE)).stream()
                .map(tenants::require)
                .toList();
    }

    @Requires(Permission.VERIFY_ORGANISATIONS)
    @Transactional
    public void verify(TenantId tenant, String basis, Person officer) {
        act(tenant, true, basis, officer);
    }

    /// From now on no new grant that needs it; what was granted stays.
    @Requires(Permission.VERIFY_ORGANISATIONS)
    @Transactional
    public void revoke(TenantId tenant, String reason, Person officer) {
        act(tenant, false, reason, officer);
    }

    private void act(TenantId id, boolean verified, String text, Person officer) {
        TenantScope.current().demandPlatform();
        demandSeparation(id, officer);
        var basis = text.strip();
        FieldRules.demand(
                basis.length() >= 10 && basis.length() <= 1000,
                "basis",
                Sentence.of("tenancy.basis-length"));
        organisations.lock(id);
        boolean before =
                acts.of(id).stream().findFirst().filter(Verification::verified).isPresent();
        if (before == verified) {
            throw verified
                    ? Refused.of(ErrorCode.CONFLICT, "tenancy.verified-already")
                    : Refused.of(ErrorCode.CONFLICT, "tenancy.not-verified");
        }
        organisations.remember(FieldRules.person(officer), clock.instant());
        var tenant = organisations.require(id).asTenant();
        acts.add(
                Ids.timeOrdered(clock),
                tenant,
                clock.instant(),
                verified,
                basis,
                officer.subject());
        audit.note(
                id,
                verified ? "tenancy.organisation-verified" : "tenancy.verification-revoked",
                Map.of(
                        "kind", tenant.kind().name(),
                        "identifier", tenant.identifier(),
                        "officer", officer.subject(),
                        "basis", basis));
    }

    /// Whoever acts, and whoever is named as the officer, is no member.
    private void demandSeparation(TenantId tenant, Person officer) {
        for (String subject : List.of(officer.subject(), TenantScope.current().subject())) {
            if (tenants.membership(tenant, subject).isPresent()) {
                throw Refused.of(ErrorCode.SEPARATION_OF_DUTIES, "tenancy.verifier-is-member");
            }
        }
    }
}
