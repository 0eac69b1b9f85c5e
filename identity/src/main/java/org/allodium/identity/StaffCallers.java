package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Set;
import org.allodium.identity.StaffAuthentication.Authenticated;
import org.allodium.identity.StaffAuthentication.Forbidden;
import org.allodium.identity.StaffAuthentication.Rejected;
import org.allodium.identity.internal.AccessTokens;
import org.allodium.identity.internal.AccessTokens.Proof;
import org.allodium.identity.internal.Bearer;
import org.allodium.identity.internal.OperationsToken;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Staff;
import org.jspecify.annotations.Nullable;

/// Who of the platform's people asks `/admin/v1`, with their roles of this moment.
@ApplicationScoped
public class StaffCallers {
    public static final String OPERATIONS_SUBJECT = "operations-token";

    @Inject AccessTokens tokens;
    @Inject OperationsToken operations;
    @Inject Staff staff;

    /// `authorization`: the header's value, a Keycloak access token or, at the port that only this
    /// machine reaches, the operations token of this installation.
    @Anyone
    public StaffAuthentication authenticate(@Nullable String authorization, boolean onThisMachine) {
        if (onThisMachine && authorization != null && operations.isShownBy(authorization)) {
            return new Authenticated(OPERATIONS_SUBJECT, Set.of(Role.OPERATOR));
        }
        return switch (Bearer.of(authorization)) {
            case Bearer.Absent() -> new Rejected(Sentence.of("identity.no-token-given"));
            case Bearer.Unreadable() -> new Rejected(Sentence.of("identity.token-unreadable"));
            case Bearer.Key(var _) -> new Rejected(Sentence.of("identity.key-is-no-staff"));
            case Bearer.Token(var token) -> ofToken(token);
        };
    }

    private StaffAuthentication ofToken(String token) {
        return switch (tokens.check(token)) {
            case Proof.Invalid(var reason) -> new Rejected(reason);
            case Proof.Bearer(var subject, var _) -> {
                var roles = staff.rolesOf(subject);
                yield roles.isEmpty()
                        ? new Forbidden(Sentence.of("identity.staff-only"))
                        : new Authenticated(subject, roles);
            }
        };
    }
}
