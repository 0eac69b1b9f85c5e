-- Requests take money from leases that a node holds in memory, and are written twice: what they
-- intend and how they ended in a slot that is used again and again, and once for good. See
-- decisions 0163 and 0165.

-- One run of one node. leased and settled rise with each transaction of their only writer: whose
-- answer was lost finds here whether it is durable; they are -1 when another run has taken over.
-- receipts: how many the run has written. alive_until: nobody takes over before.
create table billing.run (
    run bigint generated always as identity primary key,
    started_at timestamptz not null,
    ended_at timestamptz,
    node text not null default '',
    alive_until timestamptz not null default '-infinity',
    taker bigint references billing.run,
    leased bigint not null default 0,
    settled bigint not null default 0,
    receipts bigint not null default 0
) with (fillfactor = 20);

-- What a run may give out from memory of a grant's money or of an allowance. moved: what another
-- run took over of it.
create table billing.lease (
    run bigint not null,
    pot uuid not null,
    amount numeric(24,12) not null check (amount >= 0),
    moved numeric(24,12) not null default 0,
    primary key (run, pot)
) with (fillfactor = 40);

-- A bound beside the grants: of an organisation, a project, a person or a key in money, of a
-- consent to spill in tokens. A consent's cap stands in its policy.
create table billing.allowance (
    id uuid primary key,
    tenant_id uuid not null,
    level text not null check (level in ('ORGANISATION', 'PROJECT', 'USER', 'KEY', 'CONSENT')),
    -- Whose: a project's id, a subject, a key's id, a consent's digest; the tenant's own is empty.
    holder text not null,
    -- A currency, or TOKENS.
    unit text not null,
    cap numeric(24,12) check (cap >= 0),
    used numeric(24,12) not null default 0 check (used >= 0),
    leased numeric(24,12) not null default 0 check (leased >= 0),
    check ((level = 'CONSENT') = (cap is null) and (level = 'CONSENT') = (unit = 'TOKENS')),
    unique (tenant_id, level, holder, unit)
) with (fillfactor = 40);

-- The working set: what running requests intend, and how they ended. A slot is written in place,
-- so that it stays as small as the requests at once, however many there were.
create table billing.slot (
    run bigint not null,
    slot integer not null,
    request_id text,
    tenant_id uuid,
    opened_at timestamptz,
    intent json,
    closing json,
    primary key (run, slot)
) with (fillfactor = 40, toast_tuple_target = 8160);
alter table billing.slot alter column intent set storage main, alter column closing set storage main;

create view billing.open_request with (security_invoker = true) as
    select run, slot, request_id, tenant_id, opened_at, closing is not null as concluded
    from billing.slot where request_id is not null;

-- Over from the tables that held every intent for ever.
alter table billing.reservation no force row level security;
alter table billing.reservation_line no force row level security;
alter table billing.open_reservation no force row level security;
alter table billing.reservation_end no force row level security;
alter table billing.spill_share no force row level security;
alter table billing.usage_event no force row level security;
alter table billing.usage_payment no force row level security;
alter table billing.grant_award no force row level security;

insert into billing.run (started_at)
    select min(opened_at) from billing.open_reservation having count(*) > 0;

insert into billing.allowance (id, tenant_id, level, holder, unit, used, leased)
    select gen_random_uuid(), s.tenant_id, 'CONSENT', s.consent, 'TOKENS',
        sum(case when e.request_id is null then 0 when u.from_cache then 0
            else r.input_tokens + coalesce(u.output_tokens, 0) end),
        sum(case when e.request_id is null then r.input_tokens + r.max_output_tokens else 0 end)
    from billing.spill_share s
    join billing.reservation r on r.request_id = s.request_id
    left join billing.reservation_end e on e.request_id = s.request_id
    left join billing.usage_event u on u.request_id = s.request_id
    group by s.tenant_id, s.consent;

insert into billing.lease (run, pot, amount)
    select (select max(run) from billing.run), l.grant_id, sum(l.amount)
    from billing.open_reservation o join billing.reservation_line l on l.request_id = o.request_id
    group by l.grant_id
    union all
    select (select max(run) from billing.run), id, leased from billing.allowance where leased > 0;

insert into billing.slot (run, slot, request_id, tenant_id, opened_at, intent, closing)
    select (select max(run) from billing.run), row_number() over (order by o.request_id) - 1,
        o.request_id, o.tenant_id, o.opened_at,
        json_build_object(
            'model', r.model, 'input_per_million', r.input_per_million::text,
            'output_per_million', r.output_per_million::text,
            'cached_answer', r.cached_answer::text, 'price_from', to_char(
                r.price_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'input_tokens', r.input_tokens, 'ceiling', r.ceiling::text, 'currency', r.currency,
            'closes_first', o.closes_first,
            'holds', coalesce((
                select json_agg(json_build_object('grant', l.grant_id, 'funder', p.funder,
                    'programme', p.title, 'amount', l.amount::text) order by l.line)
                from billing.reservation_line l
                join billing.grant_award g on g.id = l.grant_id
                join billing.programme p on p.id = g.programme_id
                where l.request_id = o.request_id), '[]'::json),
            'shares', coalesce((
                select json_agg(json_build_object('allowance', a.id, 'level', a.level,
                    'amount', (r.input_tokens + r.max_output_tokens)::text))
                from billing.spill_share s join billing.allowance a
                    on a.tenant_id = s.tenant_id and a.holder = s.consent and a.level = 'CONSENT'
                where s.request_id = o.request_id), '[]'::json),
            'receipt', r.receipt),
        case when o.outcome is not null then json_build_object(
            'outcome', o.outcome, 'input_tokens', o.input_tokens,
            'output_tokens', o.output_tokens, 'from_cache', o.from_cache, 'making', o.facts) end
    from billing.open_reservation o join billing.reservation r on r.request_id = o.request_id;

create table billing.mark (
    run bigint primary key,
    at timestamptz not null,
    request_ids text[] not null,
    tokens bigint[] not null,
    check (cardinality(request_ids) = cardinality(tokens))
) with (fillfactor = 20);
insert into billing.mark
    select (select max(run) from billing.run), now(), array_agg(id), array_agg(released)
    from (select u.id, max(u.tokens) as released
          from billing.release_mark k, unnest(k.request_ids, k.tokens) as u (id, tokens)
          group by u.id) m
    where exists (select from billing.run) having count(*) > 0;
drop table billing.release_mark;

-- Usage, for good. One payer stands in the row itself; several stand in usage_payment.
alter table billing.usage_payment drop constraint usage_payment_request_id_fkey;
alter table billing.usage_event rename to usage_event_until_v72;
drop index billing.usage_event_tenant;
create table billing.usage_event (
    request_id text not null,
    tenant_id uuid not null,
    at timestamptz not null,
    project_id uuid not null,
    grant_id uuid,
    input_tokens bigint not null check (input_tokens >= 0),
    output_tokens bigint not null check (output_tokens >= 0),
    cost numeric(24,12) not null check (cost >= 0),
    from_cache boolean not null,
    currency varchar(3) not null,
    outcome text not null,
    model text not null,
    pool text not null,
    key_name text not null,
    subject text not null,
    primary key (request_id, at)
) partition by range (at);
create table billing.usage_event_otherwise partition of billing.usage_event default;
do $$
declare month date;
begin
    for month in select generate_series(date '2026-10-01', date '2028-12-01', interval '1 month') loop
        execute format('create table billing.usage_event_%s partition of billing.usage_event'
                       || ' for values from (%L) to (%L)',
                       to_char(month, 'YYYY_MM'), month::text || ' 00:00:00+00',
                       (month + interval '1 month')::date::text || ' 00:00:00+00');
    end loop;
end $$;
create index usage_event_tenant on billing.usage_event (tenant_id, at desc);
insert into billing.usage_event
    select request_id, tenant_id, at, project_id, null, input_tokens, output_tokens, cost,
        from_cache, currency, outcome, model, pool, key_name, subject
    from billing.usage_event_until_v72;
drop table billing.usage_event_until_v72;
drop table billing.spill_share;
drop table billing.reservation_end;
drop table billing.open_reservation;
drop table billing.reservation_line;
drop table billing.reservation;

alter table billing.usage_payment force row level security;
alter table billing.grant_award force row level security;

-- Who paid what, however many did.
create view billing.payment with (security_invoker = true) as
    select u.request_id, 0 as line, u.tenant_id, u.grant_id, p.funder, p.title as programme,
        u.cost as amount
    from billing.usage_event u
    join billing.grant_award g on g.id = u.grant_id
    join billing.programme p on p.id = g.programme_id
    union all
    select request_id, line, tenant_id, grant_id, funder, programme, amount
    from billing.usage_payment;

-- The receipts that a transaction of usage is for: from the first to the last of a run.
alter table billing.ledger_transaction
    add column run bigint,
    add column first_receipt bigint,
    add column last_receipt bigint,
    add check ((run is null) = (first_receipt is null) and (run is null) = (last_receipt is null));

do $$
declare
    owned text;
begin
    foreach owned in array array['usage_event', 'slot', 'allowance']
    loop
        execute format('alter table billing.%I enable row level security', owned);
        execute format('alter table billing.%I force row level security', owned);
        execute format('create policy one_tenant on billing.%I to allodium_app using '
            || '(tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', owned);
        execute format('create policy platform on billing.%I to allodium_platform using (true)', owned);
    end loop;
end $$;

grant select, insert on billing.usage_event to allodium_platform;
grant select on billing.usage_event, billing.payment to allodium_app;
grant select on billing.payment, billing.open_request to allodium_platform;
grant select, insert, update, delete on billing.slot, billing.lease, billing.mark
    to allodium_platform;
grant select, insert, update on billing.run, billing.allowance to allodium_platform;
