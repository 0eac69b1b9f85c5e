package org.allodium.tenancy;

import java.util.List;
import java.util.Set;

/// What somebody is at one instant: roles as staff, and where they belong, in the order of joining.
public record Standing(Set<Role> staffRoles, List<Belonging> belongings) {
    public Standing {
        staffRoles = Set.copyOf(staffRoles);
        belongings = List.copyOf(belongings);
    }

    /// `projects` by name, where they were asked for; else none.
    public record Belonging(Tenant tenant, Role role, List<Project> projects) {
        public Belonging {
            projects = List.copyOf(projects);
        }
    }
}
