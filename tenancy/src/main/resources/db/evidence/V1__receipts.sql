-- Signed receipts, append-only. position is the order of writing; a Merkle log takes its leaves in
-- this order, and leaf_hash is the leaf's hash as RFC 6962 defines it: SHA-256(0x00 || jws).

create sequence receipt_position;

create table receipt (
    id        text        not null,
    tenant_id uuid        not null,
    at        timestamptz not null,
    position  bigint      not null default nextval('receipt_position'),
    leaf_hash bytea       not null check (length(leaf_hash) = 32),
    jws       text        not null,
    primary key (id, at)
) partition by range (at);

create table receipt_otherwise partition of receipt default;
do $$
declare month date;
begin
    for month in select generate_series(date '2026-10-01', date '2028-12-01', interval '1 month') loop
        execute format('create table receipt_%s partition of receipt for values from (%L) to (%L)',
                       to_char(month, 'YYYY_MM'),
                       month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
    end loop;
end $$;

create index on receipt (position);

alter table receipt enable row level security;
alter table receipt force row level security;
create policy own on receipt to allodium_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy all_tenants on receipt to allodium_platform using (true);

grant usage on sequence receipt_position to allodium_platform;
grant select on receipt to allodium_app;
grant select, insert on receipt to allodium_platform;
