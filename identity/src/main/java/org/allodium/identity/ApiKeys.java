package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.allodium.identity.internal.ApiKey;
import org.allodium.identity.internal.ApiKeyRepository;
import org.allodium.identity.internal.IdentityConfig;
import org.allodium.identity.internal.OpaqueTokens;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.AuditTrail;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Projects;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;

/// Keys for machines: 256 random bits, shown once, stored as a hash. Owners and admins keep all
/// keys of their organisation; a member keeps and sees their own alone. See decision 0010.
@ApplicationScoped
public class ApiKeys {
    @Inject ApiKeyRepository keys;
    @Inject Projects projects;
    @Inject AuditTrail audit;
    @Inject IdentityConfig config;
    @Inject Clock clock;

    @Transactional
    @Requires(Permission.KEEP_KEYS)
    public IssuedKey issue(IssueKey command) {
        var checked = checked(command);
        if (command.validFor().compareTo(config.shortestKey()) < 0
                || command.validFor().compareTo(config.longestKey()) > 0) {
            throw Refused.invalid(
                    "validFor",
                    "identity.key-life",
                    config.shortestKey().toDays(),
                    config.longestKey().toDays());
        }
        return store(checked, OpaqueTokens.newKey(), false, "identity.key-issued");
    }

    /// Of the demo profile only: takes a key that the launcher made.
    @Transactional
    @Requires(Permission.KEEP_OTHERS_KEYS)
    public ApiKeyRow adopt(IssueKey command, String secret) {
        if (!config.demo()) {
            throw Refused.of(ErrorCode.PERMISSION_DENIED, "identity.adopts-in-demo-only");
        }
        if (!OpaqueTokens.looksLikeKey(secret)) {
            throw Refused.invalid("secret", "identity.key-form");
        }
        return store(checked(command), secret, true, "identity.key-adopted").row();
    }

    @Transactional
    @Requires(Permission.KEEP_KEYS)
    public List<ApiKeyRow> list(TenantId tenant, ProjectId project) {
        demandOwn(tenant, project);
        return keys.of(project).stream().filter(ApiKeys::mayKeep).map(ApiKey::row).toList();
    }

    /// A new secret under the same name and rights; the old one ends at once. The new key is its
    /// rotator's: so an admin takes over the key of somebody who left.
    @Transactional
    @Requires(Permission.KEEP_KEYS)
    public IssuedKey rotate(TenantId tenant, ApiKeyId id) {
        var successor = kept(tenant, id).rotate(clock.instant());
        // The old key gives up its name before the new one takes it.
        keys.flush();
        return store(successor, OpaqueTokens.newKey(), false, "identity.key-rotated");
    }

    @Transactional
    @Requires(Permission.KEEP_KEYS)
    public void revoke(TenantId tenant, ApiKeyId id) {
        var key = kept(tenant, id);
        key.revoke(clock.instant());
        keys.flush();
        note(tenant, "identity.key-revoked", key.row());
    }

    private IssuedKey store(IssueKey command, String secret, boolean adopted, String act) {
        var now = clock.instant();
        keys.releaseNameOfExpired(command.project(), command.name(), now);
        var key =
                new ApiKey(
                        Ids.timeOrdered(clock),
                        command,
                        secret,
                        TenantScope.current().subject(),
                        adopted,
                        now);
        keys.add(key);
        note(command.tenant(), act, key.row());
        return new IssuedKey(key.row(), secret);
    }

    private void note(TenantId tenant, String act, ApiKeyRow row) {
        audit.note(
                tenant,
                act,
                Map.of(
                        "key", row.id().toString(),
                        "name", row.name(),
                        "project", row.project().toString()));
    }

    private IssueKey checked(IssueKey command) {
        demandOwn(command.tenant(), command.project());
        var name = command.name().strip();
        if (name.isEmpty()
                || name.length() > 80
                || name.codePoints().anyMatch(Character::isISOControl)) {
            throw Refused.invalid("name", "identity.key-name-length");
        }
        if (command.allowedModels().size() > 100
                || command.allowedModels().stream()
                        .anyMatch(model -> model.isBlank() || model.length() > 200)) {
            throw Refused.invalid("allowedModels", "identity.key-models");
        }
        return new IssueKey(
                command.tenant(),
                command.project(),
                name,
                command.validFor(),
                command.allowedModels());
    }

    private void demandOwn(TenantId tenant, ProjectId project) {
        demandOwn(tenant);
        if (projects.find(project).filter(found -> found.tenant().equals(tenant)).isEmpty()) {
            throw Refused.of(ErrorCode.NOT_FOUND, "tenancy.no-such-project").at("project");
        }
    }

    private static void demandOwn(TenantId tenant) {
        if (!TenantScope.current().requireTenant().equals(tenant)) {
            throw Refused.of(ErrorCode.NOT_FOUND, "tenancy.no-such-organisation");
        }
    }

    private ApiKey kept(TenantId tenant, ApiKeyId id) {
        demandOwn(tenant);
        var key = keys.require(id);
        if (!mayKeep(key)) {
            throw Refused.of(ErrorCode.NOT_FOUND, "identity.no-such-key");
        }
        return key;
    }

    private static boolean mayKeep(ApiKey key) {
        var scope = TenantScope.current();
        return Permission.KEEP_OTHERS_KEYS.isHeldBy(scope.roles())
                || key.wasMadeBy(scope.subject());
    }
}
