package org.allodium.tenancy;

import static org.allodium.tenancy.Role.ADMIN;
import static org.allodium.tenancy.Role.ADMINISTRATOR;
import static org.allodium.tenancy.Role.AUDITOR;
import static org.allodium.tenancy.Role.BILLING_VIEWER;
import static org.allodium.tenancy.Role.FINANCE;
import static org.allodium.tenancy.Role.MEMBER;
import static org.allodium.tenancy.Role.OPERATOR;
import static org.allodium.tenancy.Role.OWNER;
import static org.allodium.tenancy.Role.PROGRAMME_OFFICER;
import static org.allodium.tenancy.Role.REVIEWER;
import static org.allodium.tenancy.Role.SECURITY_OFFICER;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;

/// What may be done, and which roles may do it: the one place that says so. Services ask here
/// ([Requires]), the portal shows what is given here, and `docs/permissions.md` is written from it.
/// It says what a role may do, not for whom: an organisation's roles reach their own organisation
/// alone, and that is [TenantScope]'s matter (see decision 0004).
public enum Permission {
    CALL_MODELS("Call models, in the playground or with an API key", OWNER, ADMIN, MEMBER),
    KEEP_KEYS("Make API keys; see, rotate and revoke one's own", OWNER, ADMIN, MEMBER),
    KEEP_OTHERS_KEYS("See, rotate and revoke the API keys of others", OWNER, ADMIN),

    SEE_PROJECTS(
            "See an organisation's projects",
            OWNER,
            ADMIN,
            MEMBER,
            BILLING_VIEWER,
            ADMINISTRATOR,
            AUDITOR),
    MANAGE_PROJECTS(
            "Make and rename projects, switch their answer cache", OWNER, ADMIN, ADMINISTRATOR),

    SEE_MEMBERS(
            "See an organisation's members",
            OWNER,
            ADMIN,
            MEMBER,
            BILLING_VIEWER,
            PROGRAMME_OFFICER,
            ADMINISTRATOR,
            AUDITOR),
    INVITE_MEMBERS(
            "Invite people, see and withdraw invitations, end a membership and its sign-in",
            OWNER,
            ADMIN),
    CHANGE_MEMBERS("Add members, change their roles, remove them", OWNER, ADMIN, ADMINISTRATOR),
    MAKE_OWNERS(
            "Make somebody an owner, change or end an owner's membership", OWNER, ADMINISTRATOR),

    SEE_USAGE(
            "See what was called, by whom, and what it cost",
            OWNER,
            ADMIN,
            MEMBER,
            BILLING_VIEWER,
            FINANCE,
            AUDITOR),
    SEE_REFUSALS(
            "See which calls were refused, and why", OWNER, ADMIN, MEMBER, BILLING_VIEWER, AUDITOR),
    SEE_GRANTS(
            "See an organisation's grants and what is left of them",
            OWNER,
            ADMIN,
            MEMBER,
            BILLING_VIEWER,
            PROGRAMME_OFFICER,
            REVIEWER,
            FINANCE,
            ADMINISTRATOR,
            AUDITOR),
    SEE_APPLICATIONS(
            "See an organisation's applications",
            OWNER,
            ADMIN,
            MEMBER,
            BILLING_VIEWER,
            PROGRAMME_OFFICER,
            REVIEWER,
            FINANCE,
            AUDITOR),
    APPLY_FOR_GRANTS("Apply for a grant, withdraw an application", OWNER, ADMIN),
    SEE_ALL_APPLICATIONS(
            "See the applications of all organisations that wait",
            PROGRAMME_OFFICER,
            REVIEWER,
            FINANCE,
            AUDITOR),
    DECIDE_APPLICATIONS("Approve and decline applications", PROGRAMME_OFFICER),
    OPEN_PROGRAMMES("Open programmes with their budget", PROGRAMME_OFFICER),
    ANNOUNCE_PRICES("Announce prices", PROGRAMME_OFFICER, FINANCE),

    CHOOSE_POLICY(
            "Choose an organisation's residency policy",
            OWNER,
            ADMIN,
            ADMINISTRATOR,
            SECURITY_OFFICER),
    TIGHTEN_POLICY(
            "Choose a tighter policy for one project or key", OWNER, ADMIN, SECURITY_OFFICER),
    CONSENT_TO_SPILL("Let work spill to named places for a time", OWNER),
    OFFER_POLICIES("Say which policies are on offer", SECURITY_OFFICER),
    RECORD_FACTS(
            "Record and withdraw facts about places, operators and who controls them",
            OPERATOR,
            SECURITY_OFFICER),

    SEE_ALL_ORGANISATIONS(
            "See all organisations",
            PROGRAMME_OFFICER,
            REVIEWER,
            FINANCE,
            ADMINISTRATOR,
            OPERATOR,
            SECURITY_OFFICER,
            AUDITOR),
    SEE_VERIFICATIONS(
            "See which organisations wait to be verified, and what was decided before",
            PROGRAMME_OFFICER,
            ADMINISTRATOR,
            AUDITOR),
    VERIFY_ORGANISATIONS(
            "Verify organisations, take a verification back", PROGRAMME_OFFICER, ADMINISTRATOR),
    CHANGE_QUOTAS("Change an organisation's quotas", ADMINISTRATOR),
    ASSIGN_STAFF(
            "Give and take the roles of the platform's own people",
            ADMINISTRATOR,
            SECURITY_OFFICER),
    READ_AUDIT_TRAIL(
            "Read who changed what", OWNER, ADMIN, ADMINISTRATOR, SECURITY_OFFICER, AUDITOR),

    INSPECT_MODELS(
            "See all models, where they run and what they compute with",
            OPERATOR,
            SECURITY_OFFICER,
            AUDITOR),
    OPERATE_MODELS("Bring models, deploy them, say what they look up", OPERATOR),

    SEE_MONTHS(
            "See which months are there, exported or detached",
            PROGRAMME_OFFICER,
            OPERATOR,
            AUDITOR),
    EXPORT_MONTHS(
            "Export a month of all organisations: usage, ledger and receipts", OPERATOR, AUDITOR),
    MOVE_MONTHS("Detach and attach months", OPERATOR);

    private final String words;
    private final Set<Role> holders;

    Permission(String words, Role... holders) {
        this.words = words;
        this.holders = EnumSet.copyOf(Arrays.asList(holders));
    }

    /// For an administrator who reads what a role brings.
    public String words() {
        return words;
    }

    public boolean isHeldBy(Role role) {
        return holders.contains(role);
    }

    /// One of the roles is enough.
    public boolean isHeldBy(Set<Role> roles) {
        return roles.stream().anyMatch(holders::contains);
    }

    /// Refuses with `permission_denied` where the present scope's roles do not bring this; without
    /// a scope, nobody asks, and nobody may.
    public void demand() {
        var held = TenantScope.currentIfBound().map(TenantScope::roles).orElse(Set.of());
        if (!isHeldBy(held)) {
            throw Refused.of(
                    ErrorCode.PERMISSION_DENIED,
                    "tenancy.needs-role",
                    holders.stream().map(Role::label).collect(Collectors.joining(", ")));
        }
    }
}
