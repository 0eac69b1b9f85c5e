package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// Turns what a request shows into a [Caller], with live membership: revocation binds the next
/// request.
@ApplicationScoped
public class Callers {
    /// `authorization`: the header's value (an API key, or a Keycloak access token with
    /// organisation scope).
    /// `project`: the `OpenAI-Project` header; it chooses among the tenant's projects for an access
    /// token.
    public Authentication authenticate(@Nullable String authorization, @Nullable String project) {
        throw new UnsupportedOperationException();
    }

    /// A person in the portal, working for one of their tenants. Empty roles never happen: refused
    /// instead.
    public Caller ofPerson(String subject, TenantId tenant, ProjectId project) {
        throw new UnsupportedOperationException();
    }
}
