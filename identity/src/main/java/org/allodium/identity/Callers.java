package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.allodium.identity.Authentication.Authenticated;
import org.allodium.identity.Authentication.Forbidden;
import org.allodium.identity.Authentication.Known;
import org.allodium.identity.Authentication.Rejected;
import org.allodium.identity.internal.AccessTokens;
import org.allodium.identity.internal.AccessTokens.Proof;
import org.allodium.identity.internal.Bearer;
import org.allodium.identity.internal.KeyLookup;
import org.allodium.identity.internal.KeyLookup.FoundKey;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.Member;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Projects;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;
import org.jspecify.annotations.Nullable;

/// Turns what a request shows into a [Caller], with live membership: revocation binds the next
/// request.
@ApplicationScoped
public class Callers {
    @Inject KeyLookup keys;
    @Inject AccessTokens tokens;
    @Inject Tenants tenants;
    @Inject Projects projects;
    @Inject Residency residency;
    @Inject Clock clock;

    /// `authorization`: the header's value (an API key, or a Keycloak access token with
    /// organisation scope). `project`: the `OpenAI-Project` header, id or name; it chooses among
    /// the tenant's projects for an access token, and must agree with a key's own project.
    @Anyone
    public Authentication authenticate(@Nullable String authorization, @Nullable String project) {
        return switch (Bearer.of(authorization)) {
            case Bearer.Absent() ->
                    new Rejected(
                            "No API key was given. Send one as \"Authorization: Bearer sk-alo-…\";"
                                    + " you make keys on your project's page in the portal.");
            case Bearer.Unreadable() ->
                    new Rejected(
                            "The Authorization header holds neither an Allodium API key nor an"
                                    + " access token. It reads \"Bearer \" and then the whole key,"
                                    + " which begins with sk-alo-.");
            case Bearer.Key(var secret) -> ofKey(secret, Optional.ofNullable(project));
            case Bearer.Token(var token) -> ofToken(token, Optional.ofNullable(project));
        };
    }

    /// A person in the portal, working for one of their tenants. Empty roles never happen: refused
    /// instead.
    @Anyone
    public Caller ofPerson(String subject, TenantId tenant, ProjectId project) {
        var role =
                roleOf(tenant, subject)
                        .filter(Permission.CALL_MODELS::isHeldBy)
                        .orElseThrow(
                                () ->
                                        new CloudException(
                                                ErrorCode.PERMISSION_DENIED,
                                                "Your role in this organisation does not let you"
                                                        + " call models."));
        var scope = TenantScope.of(tenant, subject, Set.of(role));
        if (scope.get(() -> projects.find(project)).isEmpty()) {
            throw new CloudException(
                    ErrorCode.NOT_FOUND, "There is no such project.", "project", null);
        }
        return person(subject, tenant, project, role);
    }

    private Authentication ofKey(String secret, Optional<String> project) {
        var found = keys.find(secret);
        if (found.isEmpty()) {
            return new Rejected(
                    "This API key is not known. Check that it was copied whole, or make a new one"
                            + " on your project's page in the portal.");
        }
        // The hash matched: whoever asks holds the key itself, and may learn what became of it.
        var key = found.get();
        if (key.revokedAt() != null) {
            return new Rejected(
                    "This API key was revoked. Make a new one on your project's page in the"
                            + " portal.",
                    known(key, "key_revoked"));
        }
        if (!key.expiresAt().isAfter(clock.instant())) {
            return new Rejected(
                    "This API key has expired. Rotate it, or make a new one, on your project's"
                            + " page in the portal.",
                    known(key, "key_expired"));
        }
        if (!key.makerMayInfer()) {
            return new Rejected(
                    "Whoever made this API key is no longer a member who may call models. An owner"
                            + " or admin of the organisation can rotate it.",
                    known(key, "key_maker"));
        }
        var caller = caller(key);
        if (project.filter(Predicate.not(String::isBlank)).isPresent()
                && !belongs(caller, project.get().strip())) {
            return new Forbidden(
                    "This API key belongs to another project than OpenAI-Project names.",
                    known(key, "other_project"));
        }
        // As often as it is written, in the background: a question to the database.
        keys.noteUse(
                key.id(), () -> residency.mayTouch(new TenantId(key.tenant()), Activity.DIRECTORY));
        return new Authenticated(caller);
    }

    private static Optional<Known> known(FoundKey key, String cause) {
        return Optional.of(
                new Known(
                        new TenantId(key.tenant()),
                        Optional.of(new ApiKeyId(key.id())),
                        key.name(),
                        cause));
    }

    private static Optional<Known> known(TenantId tenant, String cause) {
        return Optional.of(new Known(tenant, Optional.empty(), "", cause));
    }

    private static Caller caller(FoundKey key) {
        return new Caller(
                new TenantId(key.tenant()),
                new ProjectId(key.project()),
                Optional.of(new ApiKeyId(key.id())),
                key.name(),
                "key:" + key.id(),
                Set.of(Role.MEMBER),
                key.allowedModels());
    }

    private boolean belongs(Caller caller, String project) {
        return caller.scope()
                .get(() -> projects.find(caller.project()))
                .filter(found -> isNamed(found, project))
                .isPresent();
    }

    private Authentication ofToken(String token, Optional<String> project) {
        return switch (tokens.check(token)) {
            case Proof.Refused(var reason) -> new Rejected(reason);
            case Proof.Bearer(var subject, var organisations) ->
                    ofMember(subject, organisations, project);
        };
    }

    private Authentication ofMember(
            String subject, List<String> organisations, Optional<String> project) {
        if (organisations.size() != 1) {
            return new Rejected(
                    (organisations.isEmpty()
                                    ? "The access token names no organisation."
                                    : "The access token names several organisations.")
                            + " Ask for one with scope \"organization:<identifier>\", where the"
                            + " identifier is the one in the organisation's address.");
        }
        var tenant = tenants.findBySlug(organisations.getFirst()).map(Tenant::id);
        var role = tenant.flatMap(id -> roleOf(id, subject));
        if (tenant.isEmpty() || role.isEmpty()) {
            return new Rejected(
                    "The access token's bearer is not, or no longer, a member of the organisation"
                            + " that it names.");
        }
        if (!Permission.CALL_MODELS.isHeldBy(role.get())) {
            return new Forbidden(
                    "A billing viewer sees usage and cost, but cannot call models.",
                    known(tenant.get(), "role"));
        }
        var scope = TenantScope.of(tenant.get(), subject, Set.of(role.get()));
        var chosen = choose(scope.get(() -> projects.all(tenant.get())), project);
        return chosen.isEmpty()
                ? new Forbidden(
                        project.isEmpty()
                                ? "The organisation has no project yet. Create one in the portal."
                                : "The organisation has no project as OpenAI-Project names it.",
                        known(tenant.get(), "other_project"))
                : new Authenticated(person(subject, tenant.get(), chosen.get().id(), role.get()));
    }

    private Optional<Role> roleOf(TenantId tenant, String subject) {
        return tenants.membership(tenant, subject).map(Member::role);
    }

    /// Without a wish, the oldest.
    private static Optional<Project> choose(List<Project> all, Optional<String> wish) {
        var named = wish.map(String::strip).filter(Predicate.not(String::isEmpty));
        return named.isEmpty()
                ? all.stream().min(Comparator.comparing(Project::createdAt))
                : all.stream().filter(project -> isNamed(project, named.get())).findFirst();
    }

    private static boolean isNamed(Project project, String text) {
        return project.id().toString().equals(text) || project.name().equals(text);
    }

    private static Caller person(String subject, TenantId tenant, ProjectId project, Role role) {
        return new Caller(tenant, project, Optional.empty(), "", subject, Set.of(role), Set.of());
    }
}
