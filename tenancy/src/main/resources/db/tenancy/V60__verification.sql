-- That an organisation is who it says, as people of the platform found it: acts, never changed. The
-- latest of an organisation holds; without one it is not verified.
create table verification (
    id         uuid primary key,
    tenant_id  uuid        not null references organisation,
    at         timestamptz not null,
    verified   boolean     not null,
    kind       text        not null,
    identifier text        not null,
    basis      text        not null check (length(basis) between 10 and 1000),
    actor      text        not null references person
);
create index on verification (tenant_id, at);

alter table verification enable row level security;
alter table verification force row level security;
create policy own on verification to allodium_app using (tenant_id = present_tenant());
create policy all_tenants on verification to allodium_platform using (true);
grant select on verification to allodium_app;
grant select, insert on verification to allodium_platform;
