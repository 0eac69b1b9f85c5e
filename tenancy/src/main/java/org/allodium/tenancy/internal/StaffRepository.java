package org.allodium.tenancy.internal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.Set;
import org.allodium.tenancy.Role;

/// Who works for the platform, as what. Only the platform's own scope reaches this table.
@ApplicationScoped
public class StaffRepository {
    @PersistenceContext(unitName = "allodium")
    EntityManager manager;

    /// For CDI.
    public StaffRepository() {}

    public StaffRepository(EntityManager manager) {
        this.manager = manager;
    }

    /// Waits for whoever changes the same person's roles.
    public void replace(String subject, Set<Role> roles, Instant since) {
        manager.createNativeQuery(
                        "select 1 from tenancy.person where subject = :subject for update",
                        Integer.class)
                .setParameter("subject", subject)
                .getSingleResult();
        manager.createNativeQuery("delete from tenancy.staff_role where subject = :subject")
                .setParameter("subject", subject)
                .executeUpdate();
        for (Role role : roles) {
            manager.createNativeQuery(
                            "insert into tenancy.staff_role (subject, role, since)"
                                    + " values (:subject, :role, :since)")
                    .setParameter("subject", subject)
                    .setParameter("role", role.name())
                    .setParameter("since", since)
                    .executeUpdate();
        }
    }
}
