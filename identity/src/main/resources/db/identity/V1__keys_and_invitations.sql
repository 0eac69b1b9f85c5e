-- API keys, invitations, and what Keycloak has still to be told. Role allodium_app sees one tenant;
-- allodium_platform finds a key by its hash before anybody knows whose it is.

create table api_key (
    id             uuid primary key,
    tenant_id      uuid        not null references tenancy.organisation,
    project_id     uuid        not null references tenancy.project,
    name           text        not null check (length(name) between 1 and 80),
    prefix         text        not null,
    -- SHA-256 of the whole key. A slow hash guards guessable passwords; these are 256 random bits.
    key_hash       bytea       not null unique check (octet_length(key_hash) = 32),
    allowed_models text[]      not null,
    created_by     text        not null,
    -- Taken over from the launcher, so no member stands behind it.
    adopted        boolean     not null,
    created_at     timestamptz not null,
    expires_at     timestamptz not null,
    revoked_at     timestamptz,
    last_used_at   timestamptz,
    -- Null once another key may take the name: after revocation, or when an expired key is replaced.
    live_name      text,
    version        integer     not null default 0,
    unique (project_id, live_name)
);
create index on api_key (tenant_id, project_id);

create table invitation (
    id           uuid primary key,
    tenant_id    uuid        not null references tenancy.organisation,
    email        text        not null check (email = lower(email)),
    role         text        not null check (role in ('OWNER', 'ADMIN', 'MEMBER', 'BILLING_VIEWER')),
    invited_by   text        not null,
    invited_at   timestamptz not null,
    expires_at   timestamptz not null,
    -- SHA-256 of the code in the link that is handed over.
    code_hash    bytea       not null check (octet_length(code_hash) = 32),
    accepted_at  timestamptz,
    withdrawn_at timestamptz,
    version      integer     not null default 0
);
create index on invitation (tenant_id, invited_at);
create index on invitation (email) where accepted_at is null and withdrawn_at is null;

-- A membership whose state Keycloak has still to be told. The row says only where to look: what is
-- true is read from the membership at that moment, so order and repetition do no harm.
create table keycloak_sync (
    id         uuid primary key,
    tenant_id  uuid        not null references tenancy.organisation,
    subject    text        not null,
    due_at     timestamptz not null,
    attempts   integer     not null default 0
);
create index on keycloak_sync (due_at);

alter table api_key enable row level security;
alter table api_key force row level security;
alter table invitation enable row level security;
alter table invitation force row level security;
alter table keycloak_sync enable row level security;
alter table keycloak_sync force row level security;

create policy own on api_key to allodium_app using (tenant_id = tenancy.present_tenant());
create policy own on invitation to allodium_app using (tenant_id = tenancy.present_tenant());
create policy own on keycloak_sync to allodium_app using (tenant_id = tenancy.present_tenant());
create policy all_tenants on api_key to allodium_platform using (true);
create policy all_tenants on invitation to allodium_platform using (true);
create policy all_tenants on keycloak_sync to allodium_platform using (true);

grant select, insert, update on api_key to allodium_app;
grant select, update (last_used_at) on api_key to allodium_platform;
grant select, insert, update on invitation to allodium_app;
grant select on invitation to allodium_platform;
grant insert on keycloak_sync to allodium_app;
grant select, insert, update, delete on keycloak_sync to allodium_platform;
