package org.allodium.identity;

import java.util.Optional;
import java.util.Set;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;

/// Who asks for an inference: a tenant's key, or a person of the tenant. `allowedModels` empty
/// means all. `subject` is a person's subject, or `key:<id>`.
public record Caller(
        TenantId tenant,
        ProjectId project,
        Optional<ApiKeyId> key,
        String keyName,
        String subject,
        Set<Role> roles,
        Set<String> allowedModels) {
    public Caller {
        roles = Set.copyOf(roles);
        allowedModels = Set.copyOf(allowedModels);
    }

    public boolean mayUse(String model) {
        return allowedModels.isEmpty() || allowedModels.contains(model);
    }

    public TenantScope scope() {
        return TenantScope.of(tenant, subject, roles);
    }
}
