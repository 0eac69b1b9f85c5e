package org.allodium.tenancy;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.internal.Directory;
import org.allodium.tenancy.internal.OrganisationRepository;
import org.allodium.tenancy.internal.StaffRepository;

/// Roles of the platform's own people. Nobody holds roles of both the programme and the operations
/// function, an auditor holds nothing else, and nobody changes their own.
@ApplicationScoped
public class Staff {
    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Inject OrganisationRepository people;
    @Inject StaffRepository staff;
    @Inject AuditTrail audit;
    @Inject Clock clock;

    /// Empty for anybody who is not staff.
    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Set<Role> rolesOf(String subject) {
        return new Directory(platform).staffRoles(subject);
    }

    /// These roles and no others from now on; an empty set ends the person's service.
    @Requires(Permission.ASSIGN_STAFF)
    @Transactional
    public void assign(Person person, Set<Role> roles) {
        demandOneFunction(roles);
        if (person.subject().equals(TenantScope.current().subject())) {
            throw Refused.of(ErrorCode.SEPARATION_OF_DUTIES, "tenancy.own-roles");
        }
        var now = clock.instant();
        people.remember(FieldRules.person(person), now);
        staff.replace(person.subject(), roles, now);
        audit.note(
                null,
                "tenancy.staff-roles-assigned",
                Map.of(
                        "person",
                        person.subject(),
                        "roles",
                        roles.stream().map(Role::label).sorted().collect(Collectors.joining(","))));
    }

    static void demandOneFunction(Set<Role> roles) {
        var functions = roles.stream().map(Role::function).collect(Collectors.toSet());
        FieldRules.demand(
                !functions.contains(Role.Function.TENANT),
                "roles",
                Sentence.of("tenancy.roles-of-a-tenant"));
        if (functions.size() > 1) {
            throw Refused.of(ErrorCode.SEPARATION_OF_DUTIES, "tenancy.one-function").at("roles");
        }
    }
}
