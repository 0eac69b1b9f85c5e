-- Ledger and payments lie in months as usage and receipts do, and the product makes the months
-- itself, ahead of time. See decision 0164.

-- What a posting's cause is called: a second posting under one name is refused, in whichever month.
-- Postings of usage need none. Their names are a run's numbers, and the run's row counts them.
create table billing.ledger_key (
    idempotency_key text primary key
);

alter table billing.ledger_entry rename to ledger_entry_until_v75;
alter table billing.ledger_transaction rename to ledger_transaction_until_v75;

create table billing.ledger_transaction (
    id uuid not null,
    kind text not null,
    idempotency_key text not null,
    at timestamptz not null,
    run bigint,
    first_receipt bigint,
    last_receipt bigint,
    primary key (id, at),
    unique (idempotency_key, at),
    check ((run is null) = (first_receipt is null) and (run is null) = (last_receipt is null))
) partition by range (at);

-- An account's balance is the sum of its entries: positive came in, negative went out. at is the
-- transaction's; that there is one, a trigger sees to, since a month leaves with all its tables.
create table billing.ledger_entry (
    transaction_id uuid not null,
    line integer not null,
    account text not null,
    amount numeric(24,12) not null check (amount <> 0),
    currency varchar(3) not null,
    at timestamptz not null,
    primary key (transaction_id, line, at)
) partition by range (at);
create index ledger_entry_account_of_month on billing.ledger_entry (account);

drop view billing.payment;
alter table billing.usage_payment rename to usage_payment_until_v75;
create table billing.usage_payment (
    request_id text not null,
    line integer not null,
    tenant_id uuid not null,
    grant_id uuid not null,
    funder text not null,
    programme text not null,
    amount numeric(24,12) not null check (amount > 0),
    -- The usage row's.
    at timestamptz not null,
    primary key (request_id, line, at)
) partition by range (at);

do $$
declare
    parent text;
    month date;
begin
    foreach parent in array array['usage_payment', 'ledger_transaction', 'ledger_entry']
    loop
        execute format('create table billing.%I partition of billing.%I default',
                       parent || '_otherwise', parent);
        -- Later ones the product makes.
        for month in select generate_series(date '2026-10-01', date '2027-03-01', interval '1 month')
        loop
            perform evidence.make_partition(format('billing.%I', parent)::regclass, month);
        end loop;
    end loop;
end $$;

-- The owner is held to row isolation too, and belongs to no tenant.
alter table billing.usage_payment_until_v75 no force row level security;
alter table billing.usage_event no force row level security;
insert into billing.usage_payment
    select p.request_id, p.line, p.tenant_id, p.grant_id, p.funder, p.programme, p.amount, u.at
    from billing.usage_payment_until_v75 p join billing.usage_event u on u.request_id = p.request_id;
alter table billing.usage_event force row level security;
insert into billing.ledger_transaction
    select id, kind, idempotency_key, at, run, first_receipt, last_receipt
    from billing.ledger_transaction_until_v75;
insert into billing.ledger_key
    select idempotency_key from billing.ledger_transaction_until_v75 where kind <> 'usage';
insert into billing.ledger_entry
    select e.transaction_id, e.line, e.account, e.amount, e.currency, t.at
    from billing.ledger_entry_until_v75 e
    join billing.ledger_transaction_until_v75 t on t.id = e.transaction_id;
do $$
begin
    if (select count(*) from billing.usage_payment)
            <> (select count(*) from billing.usage_payment_until_v75)
        or (select count(*) from billing.ledger_entry)
            <> (select count(*) from billing.ledger_entry_until_v75) then
        raise exception 'not every row came over';
    end if;
end $$;
drop table billing.usage_payment_until_v75;
drop table billing.ledger_entry_until_v75;
drop table billing.ledger_transaction_until_v75;
drop function billing.refuse_unbalanced;

create function billing.refuse_bare() returns trigger language plpgsql as $$
begin
    if not exists (select from billing.ledger_entry e
                   where e.transaction_id = new.id and e.at = new.at) then
        raise exception 'ledger transaction % has no entries', new.id
            using errcode = 'check_violation';
    end if;
    return null;
end $$;

create function billing.refuse_unbalanced() returns trigger language plpgsql as $$
begin
    if not exists (select from billing.ledger_transaction t
                   where t.id = new.transaction_id and t.at = new.at) then
        raise exception 'ledger entry of % has no transaction', new.transaction_id
            using errcode = 'check_violation';
    end if;
    if exists (select from billing.ledger_entry e
               where e.transaction_id = new.transaction_id and e.at = new.at
               group by e.currency having sum(e.amount) <> 0) then
        raise exception 'ledger transaction % does not add up to zero', new.transaction_id
            using errcode = 'check_violation';
    end if;
    return null;
end $$;

create function billing.refuse_twice() returns trigger language plpgsql as $$
begin
    insert into billing.ledger_key values (new.idempotency_key);
    return null;
end $$;

create constraint trigger ledger_transaction_balances after insert on billing.ledger_transaction
    deferrable initially deferred for each row execute function billing.refuse_bare();
create constraint trigger ledger_entry_balances after insert on billing.ledger_entry
    deferrable initially deferred for each row execute function billing.refuse_unbalanced();
create trigger ledger_transaction_once after insert on billing.ledger_transaction
    for each row when (new.kind <> 'usage') execute function billing.refuse_twice();

alter table billing.usage_payment enable row level security;
alter table billing.usage_payment force row level security;
create policy one_tenant on billing.usage_payment to allodium_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy platform on billing.usage_payment to allodium_platform using (true);

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

grant select, insert on billing.ledger_transaction, billing.ledger_entry, billing.usage_payment,
    billing.ledger_key to allodium_platform;
grant select on billing.usage_payment, billing.payment to allodium_app;
grant select on billing.payment to allodium_platform;

-- One month's partitions, where they are missing; how many were. Nodes that ask at once wait for
-- each other. Nobody who writes is held up for longer than this waits itself.
create function billing.make_month(month date) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
    parent regclass;
    made integer := 0;
begin
    if extract(day from month) <> 1 or extract(year from month) not between 2026 and 2199 then
        raise exception '% is no month', month using errcode = 'invalid_parameter_value';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('billing.months', 0));
    foreach parent in array array['billing.usage_event', 'billing.usage_payment',
            'billing.ledger_transaction', 'billing.ledger_entry',
            'evidence.sealed_receipt']::regclass[]
    loop
        made := made + evidence.make_partition(parent, month)::integer;
    end loop;
    return made;
end $$;
revoke execute on function billing.make_month(date) from public;
grant execute on function billing.make_month(date) to allodium_platform;
