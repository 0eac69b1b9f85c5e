package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;

/// Keys for machines: 256 random bits, shown once, stored as a hash.
@ApplicationScoped
public class ApiKeys {
    public IssuedKey issue(IssueKey command) {
        throw new UnsupportedOperationException();
    }

    /// Of the demo profile only: takes a key that the launcher made.
    public ApiKeyRow adopt(IssueKey command, String secret) {
        throw new UnsupportedOperationException();
    }

    public List<ApiKeyRow> list(TenantId tenant, ProjectId project) {
        throw new UnsupportedOperationException();
    }

    /// A new secret under the same name and rights; the old one ends at once.
    public IssuedKey rotate(TenantId tenant, ApiKeyId id) {
        throw new UnsupportedOperationException();
    }

    public void revoke(TenantId tenant, ApiKeyId id) {
        throw new UnsupportedOperationException();
    }
}
