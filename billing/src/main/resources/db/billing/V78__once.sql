-- Under which key a request runs, written with its intent: who comes second is told so, on whatever
-- node. The key itself is not here, only its hash. See decision 0167.
create table billing.once (
    tenant_id uuid not null,
    key_hash bytea not null check (length(key_hash) = 32),
    body_hash bytea not null check (length(body_hash) = 32),
    request_id text not null,
    run bigint not null,
    begun_at timestamptz not null,
    primary key (tenant_id, key_hash)
);
create index on billing.once (begun_at);

alter table billing.once enable row level security;
alter table billing.once force row level security;
create policy one_tenant on billing.once to allodium_app using
    (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy platform on billing.once to allodium_platform using (true);

grant select, insert, update, delete on billing.once to allodium_platform;
