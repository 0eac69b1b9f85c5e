package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.allodium.kernel.Money;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.TenantId;

/// Applications from submission to verdict. Nobody decides their own, nor one of an organisation
/// they belong to.
@ApplicationScoped
public class Applications {
    public Application submit(SubmitApplication command) {
        throw new UnsupportedOperationException();
    }

    public List<Application> ofTenant(TenantId tenant) {
        throw new UnsupportedOperationException();
    }

    /// The officers' queue: waiting ones first, oldest first.
    public List<Application> queue(int offset, int limit) {
        throw new UnsupportedOperationException();
    }

    public long waiting() {
        throw new UnsupportedOperationException();
    }

    public Optional<Application> find(ApplicationId id) {
        throw new UnsupportedOperationException();
    }

    /// Makes the grant and moves the money from the programme, in one transaction.
    public Application approve(ApplicationId id, Money amount, Instant endsAt, Person officer) {
        throw new UnsupportedOperationException();
    }

    public Application decline(ApplicationId id, String reason, Person officer) {
        throw new UnsupportedOperationException();
    }

    public Application withdraw(ApplicationId id, TenantId tenant) {
        throw new UnsupportedOperationException();
    }
}
