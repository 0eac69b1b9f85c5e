-- Facts and policies. Nothing is ever changed or removed: a new version stands beside the old, so
-- that every decision can be replayed. Each change has a number, the epoch, made in its own
-- transaction: whoever sees the number sees the change.

create table change (
    epoch bigint primary key,
    at    timestamptz not null,
    actor text        not null,
    what  text        not null
);

create table fact (
    epoch      bigint      not null references change,
    kind       text        not null,
    key        text        not null,
    valid_from timestamptz not null,
    -- Absent: withdrawn, so unknown from here on.
    body       jsonb,
    primary key (kind, key, epoch)
);

-- Everything that the platform offers, whole each time.
create table offer (
    epoch      bigint      primary key references change,
    valid_from timestamptz not null,
    body       jsonb       not null
);

-- Which offered policy an organisation, a project or a key has chosen, and its own consents.
create table policy_use (
    epoch      bigint      not null references change,
    scope      text        not null check (scope in ('ORGANISATION', 'PROJECT', 'KEY')),
    tenant_id  uuid        not null,
    owner      uuid        not null,
    policy     text        not null,
    consents   jsonb       not null,
    valid_from timestamptz not null,
    primary key (scope, owner, epoch)
);

alter table policy_use enable row level security;
alter table policy_use force row level security;
create policy own on policy_use to allodium_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy all_tenants on policy_use to allodium_platform using (true);

grant select on policy_use to allodium_app;
grant select, insert on change, fact, offer, policy_use to allodium_platform;
