-- Models by public name, and where they are deployed. Not a tenant's data: only the platform role
-- reads and writes here.
create table catalog.model (
    name           text primary key check (name ~ '^[A-Za-z0-9._/-]{1,128}$'),
    digest         text not null,
    modality       text not null check (modality in ('TEXT', 'EMBEDDING')),
    architecture   text not null,
    parameters     bigint not null,
    context_length integer not null check (context_length > 0),
    dimensions     integer not null,
    passport       jsonb not null,
    registered_at  timestamptz not null
);

create table catalog.deployment (
    model       text not null references catalog.model (name),
    pool        text not null,
    deployed_at timestamptz not null,
    primary key (model, pool)
);

grant select, insert on catalog.model to allodium_platform;
grant select, insert on catalog.deployment to allodium_platform;
