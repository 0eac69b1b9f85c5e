-- What of the running answers had left the house: all streams of one run of a node in one row, so
-- that however many they are, one write a second makes them durable.
create table billing.release_mark (
    node_id uuid primary key,
    at timestamptz not null,
    request_ids text[] not null,
    tokens bigint[] not null,
    check (cardinality(request_ids) = cardinality(tokens))
);
grant select, insert, update, delete on billing.release_mark to allodium_platform;

-- The owner is held to row isolation too, and belongs to no tenant.
alter table billing.open_reservation no force row level security;
insert into billing.release_mark
    select node_id, now(), array_agg(request_id), array_agg(released_tokens)
    from billing.open_reservation where released_tokens > 0 group by node_id;
alter table billing.open_reservation force row level security;
alter table billing.open_reservation drop column released_tokens;

-- The closing row: how an answer ended, durable before its last byte leaves. Its price is the
-- intent's. It lives in the working set, and goes with it when the answer is settled.
alter table billing.open_reservation
    add column outcome text,
    add column input_tokens bigint,
    add column output_tokens bigint,
    add column from_cache boolean,
    add column facts json,
    -- Intents that an earlier release opened made no such promise.
    add column closes_first boolean not null default false;
alter table billing.open_reservation alter column closes_first set default true;
