package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
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
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Roster;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// Turns what a request shows into a [Caller] by present membership: revocation binds the next one.
@ApplicationScoped
public class Callers {
    @Inject KeyLookup keys;
    @Inject AccessTokens tokens;
    @Inject Roster roster;
    @Inject Residency residency;
    @Inject Clock clock;

    /// `authorization`: the header's value (an API key, or a Keycloak access token with
    /// organisation scope). `project`: the `OpenAI-Project` header, id or name; it chooses among
    /// the tenant's projects for an access token, and must agree with a key's own project.
    @Anyone
    public Authentication authenticate(@Nullable String authorization, @Nullable String project) {
        return switch (Bearer.of(authorization)) {
            case Bearer.Absent() -> new Rejected(Sentence.of("identity.no-key-given"));
            case Bearer.Unreadable() -> new Rejected(Sentence.of("identity.credential-unreadable"));
            case Bearer.Key(var secret) -> ofKey(secret, Optional.ofNullable(project));
            case Bearer.Token(var token) -> ofToken(token, Optional.ofNullable(project));
        };
    }

    /// A person in the portal, working for one of their tenants. Without roles they are refused.
    @Anyone
    public Caller ofPerson(String subject, TenantId tenant, ProjectId project) {
        var role =
                roster.role(tenant, subject)
                        .filter(Permission.CALL_MODELS::isHeldBy)
                        .orElseThrow(
                                () ->
                                        Refused.of(
                                                ErrorCode.PERMISSION_DENIED,
                                                "identity.role-calls-no-models"));
        if (roster.project(tenant, project).isEmpty()) {
            throw Refused.of(ErrorCode.NOT_FOUND, "tenancy.no-such-project").at("project");
        }
        return person(subject, tenant, project, role);
    }

    private Authentication ofKey(String secret, Optional<String> project) {
        var found = keys.find(secret);
        if (found.isEmpty()) {
            return new Rejected(Sentence.of("identity.key-unknown"));
        }
        // The hash matched: whoever asks holds the key itself, and may learn what became of it.
        var key = found.get();
        if (key.revokedAt() != null) {
            return new Rejected(Sentence.of("identity.key-revoked"), known(key, Flaw.KEY_REVOKED));
        }
        if (!key.expiresAt().isAfter(clock.instant())) {
            return new Rejected(Sentence.of("identity.key-expired"), known(key, Flaw.KEY_EXPIRED));
        }
        if (!key.makerMayInfer()) {
            return new Rejected(Sentence.of("identity.key-maker-left"), known(key, Flaw.KEY_MAKER));
        }
        var caller = caller(key);
        if (project.filter(Predicate.not(String::isBlank)).isPresent()
                && !belongs(caller, project.get().strip())) {
            return new Forbidden(
                    Sentence.of("identity.key-of-another-project"), known(key, Flaw.OTHER_PROJECT));
        }
        keys.noteUse(
                key.id(), () -> residency.mayTouch(new TenantId(key.tenant()), Activity.DIRECTORY));
        return new Authenticated(caller);
    }

    private static Optional<Known> known(FoundKey key, Flaw flaw) {
        return Optional.of(
                new Known(
                        new TenantId(key.tenant()),
                        Optional.of(new ApiKeyId(key.id())),
                        key.name(),
                        flaw));
    }

    private static Optional<Known> known(TenantId tenant, Flaw flaw) {
        return Optional.of(new Known(tenant, Optional.empty(), "", flaw));
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
        return roster.project(caller.tenant(), caller.project())
                .filter(found -> isNamed(found, project))
                .isPresent();
    }

    private Authentication ofToken(String token, Optional<String> project) {
        return switch (tokens.check(token)) {
            case Proof.Invalid(var reason) -> new Rejected(reason);
            case Proof.Bearer(var subject, var organisations) ->
                    ofMember(subject, organisations, project);
        };
    }

    private Authentication ofMember(
            String subject, List<String> organisations, Optional<String> project) {
        if (organisations.size() != 1) {
            return new Rejected(
                    organisations.isEmpty()
                            ? Sentence.of("identity.token-without-organisation")
                            : Sentence.of("identity.token-with-several"));
        }
        var tenant = roster.withSlug(organisations.getFirst());
        var role = tenant.flatMap(id -> roster.role(id, subject));
        if (tenant.isEmpty() || role.isEmpty()) {
            return new Rejected(Sentence.of("identity.bearer-is-no-member"));
        }
        if (!Permission.CALL_MODELS.isHeldBy(role.get())) {
            return new Forbidden(
                    Sentence.of("identity.viewer-calls-no-models"), known(tenant.get(), Flaw.ROLE));
        }
        var chosen = choose(roster.projects(tenant.get()), project);
        return chosen.isEmpty()
                ? new Forbidden(
                        project.isEmpty()
                                ? Sentence.of("identity.no-project-yet")
                                : Sentence.of("identity.no-project-as-named"),
                        known(tenant.get(), Flaw.OTHER_PROJECT))
                : new Authenticated(person(subject, tenant.get(), chosen.get().id(), role.get()));
    }

    /// Without a wish, the oldest.
    private static Optional<Project> choose(List<Project> all, Optional<String> wish) {
        var named = wish.map(String::strip).filter(Predicate.not(String::isEmpty));
        return named.isEmpty()
                ? all.stream().findFirst()
                : all.stream().filter(project -> isNamed(project, named.get())).findFirst();
    }

    private static boolean isNamed(Project project, String text) {
        return project.id().toString().equals(text) || project.name().equals(text);
    }

    private static Caller person(String subject, TenantId tenant, ProjectId project, Role role) {
        return new Caller(tenant, project, Optional.empty(), "", subject, Set.of(role), Set.of());
    }
}
