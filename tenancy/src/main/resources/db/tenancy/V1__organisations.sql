-- Organisations, their people, projects and limits. A tenant's rows are seen by role allodium_app
-- only while app.tenant names that tenant; allodium_platform does sanctioned work across tenants.

create function present_tenant() returns uuid language sql stable
    return nullif(current_setting('app.tenant', true), '')::uuid;

create table person (
    subject text primary key,
    name    text        not null,
    email   text        not null,
    since   timestamptz not null
);

create table organisation (
    tenant_id             uuid primary key,
    slug                  text        not null unique,
    name                  text        not null check (length(name) between 2 and 120),
    kind                  text        not null check (kind in ('RESEARCH', 'STARTUP', 'PUBLIC_BODY')),
    country               text        not null check (country ~ '^[A-Z]{2}$'),
    identifier            text        not null check (length(identifier) between 1 and 64),
    requests_per_minute   integer     not null check (requests_per_minute >= 1),
    tokens_per_minute     integer     not null check (tokens_per_minute >= 1),
    concurrent_requests   integer     not null check (concurrent_requests >= 1),
    founded_at            timestamptz not null,
    version               integer     not null default 0
);

create table membership (
    id        uuid primary key,
    tenant_id uuid        not null references organisation,
    subject   text        not null references person,
    role      text        not null check (role in ('OWNER', 'ADMIN', 'MEMBER', 'BILLING_VIEWER')),
    since     timestamptz not null,
    version   integer     not null default 0,
    unique (tenant_id, subject)
);
create index on membership (subject);

create table project (
    id           uuid primary key,
    tenant_id    uuid        not null references organisation,
    name         text        not null check (length(name) between 2 and 120),
    answer_cache boolean     not null default false,
    created_at   timestamptz not null,
    version      integer     not null default 0,
    unique (tenant_id, name)
);

create table staff_role (
    subject text        not null references person,
    role    text        not null check (role in ('PROGRAMME_OFFICER', 'REVIEWER', 'FINANCE', 'ADMINISTRATOR',
                                                 'OPERATOR', 'SECURITY_OFFICER', 'AUDITOR')),
    since   timestamptz not null,
    primary key (subject, role)
);

-- Who changed what, written in the transaction of the change: no entry, no change.
create table audit_entry (
    id        uuid primary key,
    at        timestamptz not null,
    tenant_id uuid,
    actor     text        not null,
    act       text        not null,
    details   jsonb       not null
);
create index on audit_entry (tenant_id, at);

alter table organisation enable row level security;
alter table organisation force row level security;
alter table membership enable row level security;
alter table membership force row level security;
alter table project enable row level security;
alter table project force row level security;
alter table person enable row level security;
alter table person force row level security;
alter table audit_entry enable row level security;
alter table audit_entry force row level security;

create policy own on organisation to allodium_app using (tenant_id = present_tenant());
create policy own on membership to allodium_app using (tenant_id = present_tenant());
create policy own on project to allodium_app using (tenant_id = present_tenant());
create policy own on audit_entry to allodium_app using (tenant_id = present_tenant());
-- A tenant sees the people who are its members, and may remember a new one.
create policy members on person for select to allodium_app using (
    exists (select 1 from membership m where m.subject = person.subject and m.tenant_id = present_tenant()));
create policy remember on person for insert to allodium_app with check (true);

create policy all_tenants on organisation to allodium_platform using (true);
create policy all_tenants on membership to allodium_platform using (true);
create policy all_tenants on project to allodium_platform using (true);
create policy all_tenants on person to allodium_platform using (true);
create policy all_tenants on audit_entry to allodium_platform using (true);

grant execute on function present_tenant() to allodium_app, allodium_platform;
grant select, update on organisation to allodium_app;
grant select, insert, update on organisation to allodium_platform;
grant select, insert, update, delete on membership to allodium_app, allodium_platform;
grant select, insert, update on project to allodium_app, allodium_platform;
grant select, insert on person to allodium_app;
grant select, insert, update on person to allodium_platform;
grant select, insert, delete on staff_role to allodium_platform;
grant select, insert on audit_entry to allodium_app, allodium_platform;
