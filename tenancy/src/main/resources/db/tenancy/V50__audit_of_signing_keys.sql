-- The audit trail stands right of the evidence room, which cannot call it: the database writes the
-- entry in the act's own transaction, so that there is no act on a key without its entry.

create function audit_signing_key() returns trigger language plpgsql as $$
begin
    insert into tenancy.audit_entry (id, at, tenant_id, actor, act, details)
    values (new.id, new.at, null, new.actor,
            'evidence.signing-key-' || lower(replace(new.act, '_', '-')),
            jsonb_build_object('kid', new.kid, 'reason', new.reason));
    return new;
end $$;

create trigger audit after insert on evidence.signing_key_act
    for each row execute function audit_signing_key();

grant execute on function audit_signing_key() to allodium_platform;
