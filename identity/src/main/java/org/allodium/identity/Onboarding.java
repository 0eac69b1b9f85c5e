package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.allodium.identity.internal.EmailAddress;
import org.allodium.identity.internal.IdentityConfig;
import org.allodium.identity.internal.InvitationEntry;
import org.allodium.identity.internal.InvitationRepository;
import org.allodium.identity.internal.JustInTimeProvisioning;
import org.allodium.identity.internal.OpenInvitations;
import org.allodium.identity.internal.keycloak.KeycloakAccount;
import org.allodium.identity.internal.keycloak.KeycloakAdmin;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.AuditTrail;
import org.allodium.tenancy.FoundOrganisation;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;
import org.jspecify.annotations.Nullable;

/// Founding organisations and inviting people: membership and roles are ours, the sign-in is
/// Keycloak's. What changes here binds at once; Keycloak is told through an outbox.
@ApplicationScoped
public class Onboarding {
    @Inject Tenants tenants;
    @Inject Residency residency;
    @Inject InvitationRepository invitations;
    @Inject OpenInvitations open;
    @Inject JustInTimeProvisioning provisioning;
    @Inject KeycloakAdmin keycloak;
    @Inject Doors doors;
    @Inject AuditTrail audit;
    @Inject IdentityConfig config;
    @Inject Clock clock;

    /// Makes the organisation here, and soon after in Keycloak; the founder becomes owner. `policy`
    /// is what the founder chose of the residency policies on offer; without, the strictest holds.
    @Anyone
    @Transactional
    public Tenant found(FoundOrganisation command, Optional<String> policy) {
        var founder = command.founder().subject();
        doors.demandFounding(founder);
        return TenantScope.platform(founder, Set.of())
                .get(
                        () -> {
                            var tenant = tenants.found(command);
                            invitations.tellKeycloak(tenant.id(), founder);
                            policy.ifPresent(name -> choose(tenant, founder, name));
                            return tenant;
                        });
    }

    /// Apart from the founding, by the organisation's id: if that comes to nothing, so does this.
    private void choose(Tenant tenant, String founder, String policy) {
        var id = tenant.id();
        TenantScope.of(id, founder, Set.of(Role.OWNER))
                .run(() -> residency.chooseOrganisationPolicy(id, policy, Optional.empty()));
    }

    /// Invites by e-mail. A user whose address Keycloak has verified becomes a member at once.
    /// Anybody else is written to where the realm has a mail server; where it has none, the answer
    /// holds a link that the inviter hands over.
    @Transactional
    @Requires(Permission.INVITE_MEMBERS)
    public Invitation invite(TenantId tenant, String email, String name, Role role) {
        demandOwn(tenant);
        demandInvitable(role);
        doors.demandInvitation(TenantScope.current().subject());
        var address = EmailAddress.of(email);
        // Asked before anything is written: if Keycloak is down, nothing is half-made.
        var account = keycloak.findByEmail(address.text());
        invitations.hold(tenant, address);
        demandNeitherMemberNorInvited(tenant, address, account);
        var invitation =
                new InvitationEntry(
                        Ids.timeOrdered(clock),
                        tenant.value(),
                        address,
                        role,
                        TenantScope.current().subject(),
                        clock.instant());
        invitations.add(invitation);
        audit.note(
                tenant,
                "identity.member-invited",
                Map.of("email", address.text(), "role", role.label()));
        var verified = account.filter(KeycloakAccount::verified);
        if (verified.isPresent()) {
            return enter(tenant, verified.get(), invitation);
        }
        if (config.sendsMail() && residency.mayTouch(tenant, Activity.MAIL)) {
            write(account, address, name);
            return invitation.shown(Optional.empty());
        }
        return handOver(invitation);
    }

    /// Open and accepted ones, newest first; those withdrawn or too old are gone.
    @Transactional
    @Requires(Permission.INVITE_MEMBERS)
    public List<Invitation> invitations(TenantId tenant) {
        demandOwn(tenant);
        var now = clock.instant();
        return invitations.all(tenant).stream()
                .filter(invitation -> invitation.isShownAt(now))
                .map(invitation -> invitation.shown(Optional.empty()))
                .toList();
    }

    @Transactional
    @Requires(Permission.INVITE_MEMBERS)
    public void withdraw(TenantId tenant, Invitation invitation) {
        demandOwn(tenant);
        var entry = invitations.require(invitation.id());
        entry.withdraw(clock.instant());
        invitations.flush();
        audit.note(tenant, "identity.invitation-withdrawn", Map.of("email", entry.email()));
    }

    /// Ends a membership here, at once, and then in Keycloak. The last owner stays.
    @Transactional
    @Requires(Permission.INVITE_MEMBERS)
    public void removeMember(TenantId tenant, String subject) {
        demandOwn(tenant);
        tenants.removeMember(tenant, subject);
        invitations.tellKeycloak(tenant, subject);
    }

    /// Called at each sign-in: turns the person's open invitations into memberships, if they show
    /// that the invited address is theirs: Keycloak has verified it, or they bring the code of the
    /// link that the inviter handed over. Without that, whoever registers first with somebody
    /// else's address would walk in.
    @Anyone
    public void welcome(Person person, boolean addressVerified, @Nullable String invitationCode) {
        TenantScope.platform(person.subject(), Set.of()).run(() -> provisioning.remember(person));
        for (var invitation : open.of(EmailAddress.of(person.email()))) {
            if (addressVerified || invitation.hasCode(invitationCode)) {
                accept(invitation, person);
            }
        }
    }

    /// An invitation is worth what its inviter may do at this moment.
    private void accept(OpenInvitations.Found invitation, Person person) {
        tenants.membership(invitation.tenant(), invitation.invitedBy())
                .filter(inviter -> Permission.INVITE_MEMBERS.isHeldBy(inviter.role()))
                .map(
                        inviter ->
                                TenantScope.of(
                                        invitation.tenant(),
                                        person.subject(),
                                        Set.of(inviter.role())))
                .ifPresent(scope -> scope.run(() -> provisioning.accept(invitation.id(), person)));
    }

    private Invitation enter(TenantId tenant, KeycloakAccount account, InvitationEntry invitation) {
        var person = new Person(account.subject(), account.name(), account.email());
        tenants.addMember(tenant, person, invitation.role());
        invitations.tellKeycloak(tenant, account.subject());
        invitation.accept(clock.instant());
        invitations.flush();
        return invitation.shown(Optional.empty());
    }

    private void write(Optional<KeycloakAccount> account, EmailAddress address, String name) {
        if (account.isPresent()) {
            keycloak.writeTo(account.get().subject(), config.portal());
            return;
        }
        var created =
                keycloak.createAccount(address.text(), name.isBlank() ? address.text() : name);
        try {
            keycloak.writeTo(created, config.portal());
        } catch (Refused e) {
            // An account whose owner never heard of it would keep them from registering.
            keycloak.deleteAccount(created);
            throw e;
        }
    }

    private Invitation handOver(InvitationEntry invitation) {
        var link = URI.create(config.portal() + "/login?invitation=" + invitation.newCode());
        invitations.flush();
        return invitation.shown(Optional.of(new Handover(link)));
    }

    private void demandNeitherMemberNorInvited(
            TenantId tenant, EmailAddress address, Optional<KeycloakAccount> account) {
        boolean member =
                tenants.members(tenant).stream()
                        .map(org.allodium.tenancy.Member::person)
                        .anyMatch(
                                person ->
                                        address.is(person.email())
                                                || account.filter(
                                                                found ->
                                                                        found.subject()
                                                                                .equals(
                                                                                        person
                                                                                                .subject()))
                                                        .isPresent());
        if (member) {
            throw Refused.of(ErrorCode.CONFLICT, "identity.member-already", address.text())
                    .at("email");
        }
        var now = clock.instant();
        if (invitations.all(tenant).stream()
                .anyMatch(one -> one.isOpenAt(now) && address.is(one.email()))) {
            throw Refused.of(ErrorCode.CONFLICT, "identity.invited-already", address.text())
                    .at("email");
        }
    }

    private static void demandInvitable(Role role) {
        if (role.function() != Role.Function.TENANT) {
            throw Refused.invalid("role", "identity.invited-as");
        }
        if (role == Role.OWNER && !Permission.MAKE_OWNERS.isHeldBy(TenantScope.current().roles())) {
            throw Refused.of(ErrorCode.PERMISSION_DENIED, "identity.owner-makes-owners").at("role");
        }
    }

    private static void demandOwn(TenantId tenant) {
        if (!TenantScope.current().requireTenant().equals(tenant)) {
            throw Refused.of(ErrorCode.NOT_FOUND, "tenancy.no-such-organisation");
        }
    }
}
