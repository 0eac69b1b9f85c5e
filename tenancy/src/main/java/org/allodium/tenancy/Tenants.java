package org.allodium.tenancy;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/// Organisations, their members and their limits. Membership is read live: a change binds the next
/// request.
@ApplicationScoped
public class Tenants {
    public Tenant found(FoundOrganisation command) {
        throw new UnsupportedOperationException();
    }

    public Optional<Tenant> find(TenantId id) {
        throw new UnsupportedOperationException();
    }

    public Tenant require(TenantId id) {
        throw new UnsupportedOperationException();
    }

    public Optional<Tenant> findBySlug(String slug) {
        throw new UnsupportedOperationException();
    }

    /// Staff only. `search` matches name and identifier; empty matches all.
    public List<Tenant> all(String search, int offset, int limit) {
        throw new UnsupportedOperationException();
    }

    public Tenant changeLimits(TenantId id, Limits limits) {
        throw new UnsupportedOperationException();
    }

    public List<Member> membershipsOf(String subject) {
        throw new UnsupportedOperationException();
    }

    public Optional<Member> membership(TenantId tenant, String subject) {
        throw new UnsupportedOperationException();
    }

    public List<Member> members(TenantId tenant) {
        throw new UnsupportedOperationException();
    }

    public Member addMember(TenantId tenant, Person person, Role role) {
        throw new UnsupportedOperationException();
    }

    public void changeRole(TenantId tenant, String subject, Role role) {
        throw new UnsupportedOperationException();
    }

    /// The last owner cannot be removed.
    public void removeMember(TenantId tenant, String subject) {
        throw new UnsupportedOperationException();
    }
}
