package org.allodium.identity.internal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.allodium.identity.Handover;
import org.allodium.identity.Invitation;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Role;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/// An invitation is open until it is accepted, withdrawn or too old.
@Entity
@Table(schema = "identity", name = "invitation")
public class InvitationEntry {
    @Id private UUID id;

    @TenantId
    @Column(name = "tenant_id")
    private UUID tenant;

    @Column(columnDefinition = "text")
    private String email;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    private Role role;

    @Column(name = "invited_by", columnDefinition = "text")
    private String invitedBy;

    @Column(name = "invited_at")
    private Instant invitedAt;

    @Column(name = "expires_at")
    private Instant expiresAt;

    @Column(name = "code_hash")
    private byte[] codeHash;

    @Column(name = "accepted_at")
    private @Nullable Instant acceptedAt;

    @Column(name = "withdrawn_at")
    private @Nullable Instant withdrawnAt;

    @Version private int version;

    /// For Hibernate.
    protected InvitationEntry() {}

    public InvitationEntry(
            UUID id, UUID tenant, EmailAddress email, Role role, String invitedBy, Instant now) {
        this.id = id;
        this.tenant = tenant;
        this.email = email.text();
        this.role = role;
        this.invitedBy = invitedBy;
        this.invitedAt = now;
        this.expiresAt = now.plus(Invitation.VALIDITY);
        this.codeHash = OpaqueTokens.hash(OpaqueTokens.newCode());
    }

    /// The only moment at which the code is known; a code given out before ends.
    public String newCode() {
        var code = OpaqueTokens.newCode();
        codeHash = OpaqueTokens.hash(code);
        return code;
    }

    public boolean isOpenAt(Instant time) {
        return acceptedAt == null && withdrawnAt == null && expiresAt.isAfter(time);
    }

    public boolean isShownAt(Instant time) {
        return acceptedAt != null || isOpenAt(time);
    }

    public void accept(Instant now) {
        acceptedAt = now;
    }

    public void withdraw(Instant now) {
        if (acceptedAt != null) {
            throw Refused.of(ErrorCode.CONFLICT, "identity.accepted-already", email);
        }
        withdrawnAt = now;
    }

    public Role role() {
        return role;
    }

    public String email() {
        return email;
    }

    public Invitation shown(Optional<Handover> handover) {
        return new Invitation(id, email, role, invitedAt, acceptedAt != null, handover);
    }
}
