-- Requests that named an Idempotency-Key, for 24 hours. The key itself is not here, only its
-- hash. An answer is kept encrypted, by a key that the database does not have.
create table serving.idempotent_request (
    tenant_id  uuid        not null,
    key_hash   bytea       not null check (length(key_hash) = 32),
    body_hash  bytea       not null check (length(body_hash) = 32),
    -- The id that the request's intent and receipt have, if it came so far.
    request_id text        not null,
    begun_at   timestamptz not null,
    -- Why the answer is here, or is not; nothing while the request runs.
    ending     text        check (ending in ('KEPT', 'TOO_LARGE', 'NOT_PERMITTED', 'FULL', 'CUT')),
    answer     bytea,
    primary key (tenant_id, key_hash),
    check ((ending is not distinct from 'KEPT') = (answer is not null))
);
create index on serving.idempotent_request (begun_at);

alter table serving.idempotent_request enable row level security;
alter table serving.idempotent_request force row level security;
create policy one_tenant on serving.idempotent_request to allodium_app using
    (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy platform on serving.idempotent_request to allodium_platform using (true);

grant select, insert, update, delete on serving.idempotent_request to allodium_app;
grant select, delete on serving.idempotent_request to allodium_platform;
