package org.allodium.tenancy;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/// Roles of the platform's own people. Nobody holds roles of both the programme and the operations
/// function.
@ApplicationScoped
public class Staff {
    public Set<Role> rolesOf(String subject) {
        throw new UnsupportedOperationException();
    }

    public void assign(Person person, Set<Role> roles) {
        throw new UnsupportedOperationException();
    }
}
