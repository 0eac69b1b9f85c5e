-- Receipts as leaves of one log. The log is public and holds hashes alone; a receipt's content lies
-- beside it, packed, and can go without changing the log. See decision 0162.

-- Append-only, but for content that is erased. Widths matter: there is one row for each request.
create table sealed_receipt (
    at        timestamptz not null,
    -- One run of one node and the place in it: the order in which its transactions committed.
    run       bigint      not null,
    seq       bigint      not null,
    -- Of receipt_form; not a reference, which would cost each row a look and a lock.
    form      bigint,
    -- The 16 bytes in the receipt's id; the id itself stands in the body.
    key       uuid        not null,
    tenant_id uuid        not null,
    salt      bytea       not null check (length(salt) = 16),
    body      bytea       not null
) partition by range (at);

create table sealed_receipt_otherwise partition of sealed_receipt default;
do $$
declare month date;
begin
    for month in select generate_series(date '2026-11-01', date '2028-12-01', interval '1 month') loop
        execute format('create table sealed_receipt_%s partition of sealed_receipt for values from (%L) to (%L)',
                       to_char(month, 'YYYY_MM'),
                       month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
    end loop;
end $$;

-- No primary key: it would need the time in it, and guard nothing.
create index on sealed_receipt (key);
create index on sealed_receipt (run, seq);

alter table sealed_receipt enable row level security;
alter table sealed_receipt force row level security;
create policy own on sealed_receipt to allodium_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy all_tenants on sealed_receipt to allodium_platform using (true);

-- What many receipts have in common. Stays for good, and holds nothing of a person or a request.
create table receipt_form (
    id   bigint primary key,
    text text   not null
);

-- The one row that whoever sequences moves on: who that is, how long, and how far the log is.
create table log_head (
    only_one    boolean     primary key default true check (only_one),
    origin      text        not null,
    size        bigint      not null,
    -- The roots of the full subtrees of which the tree consists, largest first.
    frontier    bytea       not null,
    sequencer   uuid,
    lease_until timestamptz not null
);

-- How far each run is sequenced. Nobody but the sequencer moves next_seq.
create table log_run (
    run      bigint      primary key,
    next_seq bigint      not null,
    -- Whoever writes the run says from time to time that it may go on.
    awake_at timestamptz not null
);

-- Leaves of one run, one after the other, and the checkpoint of the tree that ends with them.
create table log_group (
    first_index bigint      primary key,
    count       int         not null check (count > 0 and length(leaves) = 32 * count),
    run         bigint      not null,
    first_seq   bigint      not null,
    at          timestamptz not null,
    leaves      bytea       not null,
    checkpoint  text        not null
);
-- Hashes cannot be compressed, and proofs read slices of them.
alter table log_group alter column leaves set storage external;
create unique index on log_group (run, first_seq);
create unique index on log_group ((first_index + count));

-- Roots of full subtrees of 256 to the power of level leaves.
create table log_subtree (
    level int    not null,
    index bigint not null,
    hash  bytea  not null check (length(hash) = 32),
    primary key (level, index)
);

-- The signature over a single receipt, as its first reader got it: header and signature, the
-- payload between them left out. Goes where the content goes: against a text that somebody guesses
-- it could be tried out, since there is no salt in it.
create table first_reading (
    key       uuid        not null,
    tenant_id uuid        not null,
    id        text        not null,
    at        timestamptz not null,
    jws       text        not null,
    primary key (key, id)
);
alter table first_reading enable row level security;
alter table first_reading force row level security;
create policy own on first_reading to allodium_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy all_tenants on first_reading to allodium_platform using (true);

grant select on sealed_receipt, receipt_form, log_head, log_group, log_subtree to allodium_app;
grant select, insert on first_reading to allodium_app;
grant select on first_reading to allodium_platform;
grant select, insert on sealed_receipt, receipt_form, log_group, log_subtree, log_head, log_run
    to allodium_platform;
-- The log's name, and which run a number is of, stay as they are.
grant update (size, frontier, sequencer, lease_until) on log_head to allodium_platform;
grant update (next_seq, awake_at) on log_run to allodium_platform;

-- No more receipts of the kind before the log come.
revoke insert on receipt from allodium_platform;
revoke usage on sequence receipt_position from allodium_platform;

-- What a key signs: single receipts, or the log's checkpoints.
alter table signing_key add column purpose text not null default 'RECEIPTS'
    check (purpose in ('RECEIPTS', 'CHECKPOINTS'));
