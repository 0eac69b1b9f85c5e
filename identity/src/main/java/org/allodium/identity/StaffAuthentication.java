package org.allodium.identity;

import java.util.Set;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantScope;

/// The answer to "who is this?" on `/admin/v1`.
public sealed interface StaffAuthentication {
    record Authenticated(String subject, Set<Role> roles) implements StaffAuthentication {
        public Authenticated {
            roles = Set.copyOf(roles);
        }

        public TenantScope scope() {
            return TenantScope.platform(subject, roles);
        }
    }

    /// Not known: 401.
    record Rejected(Sentence reason) implements StaffAuthentication {}

    /// Known, but not one of the platform's people: 403.
    record Forbidden(Sentence reason) implements StaffAuthentication {}
}
