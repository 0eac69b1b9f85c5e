package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.allodium.billing.internal.FundingProgramme;
import org.allodium.billing.internal.FundingRepository;
import org.allodium.billing.internal.Ledger;
import org.allodium.billing.internal.Rules;
import org.allodium.kernel.Ids;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.AuditTrail;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.TenantScope;

/// Funders' programmes: public to read, opened by officers.
@ApplicationScoped
public class Programmes {
    @Inject FundingRepository funding;
    @Inject AuditTrail audit;
    @Inject Clock clock;

    /// The funder's money enters the ledger with it.
    @Transactional
    @Requires(Permission.OPEN_PROGRAMMES)
    public ProgrammeId open(OpenProgramme command) {
        Rules.check(command);
        var now = clock.instant();
        var id = Ids.timeOrdered(clock);
        var programme = new FundingProgramme(id, command, now, TenantScope.current().subject());
        funding.add(programme);
        var movement =
                new Ledger.Movement(
                        Ledger.funder(command.funder().strip()),
                        Ledger.programme(id),
                        command.budget());
        var posting = new Ledger.Posting("programme", "programme:" + id, now, List.of(movement));
        var ledger = new Ledger(clock);
        funding.inTransaction(handle -> ledger.post(handle, List.of(posting)));
        audit.note(
                null,
                "billing.programme-opened",
                Map.of(
                        "programme", id.toString(),
                        "title", programme.title(),
                        "budget", command.budget().toString()));
        return new ProgrammeId(id);
    }

    @Transactional
    @Anyone
    public List<Programme> all() {
        var now = clock.instant();
        return publicly(
                () ->
                        funding.programmes().stream()
                                .map(programme -> programme.shown(now))
                                .toList());
    }

    @Transactional
    @Anyone
    public List<Programme> accepting() {
        return all().stream().filter(Programme::open).toList();
    }

    @Transactional
    @Anyone
    public Optional<Programme> find(ProgrammeId id) {
        var now = clock.instant();
        return publicly(() -> funding.programme(id).map(programme -> programme.shown(now)));
    }

    /// A visitor has no scope, and may read what is public.
    private static <T> T publicly(Supplier<T> reading) {
        return TenantScope.currentIfBound().isPresent()
                ? reading.get()
                : TenantScope.platform("visitor", Set.of()).get(reading);
    }
}
