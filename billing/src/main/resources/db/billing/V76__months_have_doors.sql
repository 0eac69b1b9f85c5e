-- A month leaves and comes back with all its tables, by an operator's hand, and every sum stays as
-- it is. See decision 0164.

-- What was done with whole months, and by whom. Only the functions below write here.
create table billing.month_act (
    id bigint generated always as identity primary key,
    month date not null check (extract(day from month) = 1),
    act text not null check (act in ('EXPORTED', 'DETACHED', 'ATTACHED')),
    at timestamptz not null,
    actor text not null,
    -- SHA-256 of an export's manifest.
    manifest bytea check (length(manifest) = 32),
    check ((act = 'EXPORTED') = (manifest is not null))
);
create index month_act_month on billing.month_act (month, id);

-- What the entries of a month add up to, written when it leaves, and taken back by the opposite
-- when it returns: an account's balance is the sum of its entries and of these.
create table billing.ledger_carry (
    act bigint not null references billing.month_act,
    account text not null,
    currency varchar(3) not null,
    amount numeric(24,12) not null check (amount <> 0),
    primary key (act, account, currency)
);

create view billing.account_balance with (security_invoker = true) as
    select account, currency, sum(amount) as amount
    from (select account, currency, amount from billing.ledger_entry
          union all select account, currency, amount from billing.ledger_carry) moved
    group by account, currency;

-- In the same way, what the months that are away add to each day's use. A payer is a grant, or a
-- funder where several paid, or nobody.
create table billing.usage_carry (
    act bigint not null references billing.month_act,
    tenant_id uuid not null,
    project_id uuid not null,
    day date not null,
    grant_id uuid,
    funder text,
    currency varchar(3) not null,
    requests bigint not null,
    tokens bigint not null,
    cost numeric(24,12) not null,
    check (grant_id is null or funder is null)
);
create index usage_carry_tenant on billing.usage_carry (tenant_id, day);
-- Not forced: the owner writes here, in the functions below.
alter table billing.usage_carry enable row level security;
create policy one_tenant on billing.usage_carry to allodium_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy platform on billing.usage_carry to allodium_platform using (true);

grant select on billing.month_act, billing.ledger_carry, billing.account_balance,
    billing.usage_carry to allodium_platform;
grant select on billing.usage_carry to allodium_app;

-- What a month's tables add up to. Partitions have no row policies of their own, and the owner
-- alone may read them.
create function billing.month_ledger(month date)
    returns table (account text, currency varchar(3), amount numeric)
    language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return query execute format(
        'select account, currency, sum(amount) from %s group by 1, 2 having sum(amount) <> 0',
        evidence.partition_of('billing.ledger_entry', month));
end $$;

create function billing.month_usage(month date)
    returns table (tenant_id uuid, project_id uuid, day date, grant_id uuid, funder text,
        currency varchar(3), requests bigint, tokens bigint, cost numeric)
    language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return query execute format(
        'select u.tenant_id, u.project_id, (u.at at time zone ''UTC'')::date, u.grant_id, p.funder,'
        || ' u.currency, count(*), sum(u.input_tokens + u.output_tokens)::bigint,'
        || ' sum(case when u.grant_id is null then coalesce(p.amount, 0) else u.cost end)'
        || ' from %s u left join (select request_id, funder, sum(amount) as amount from %s'
        || ' group by 1, 2) p on p.request_id = u.request_id group by 1, 2, 3, 4, 5, 6',
        evidence.partition_of('billing.usage_event', month),
        evidence.partition_of('billing.usage_payment', month));
end $$;

create function billing.note_export(month date, now timestamptz, actor text, manifest bytea)
    returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into billing.month_act (month, act, at, actor, manifest)
    values (month, 'EXPORTED', now, actor, manifest)
$$;

-- 'DONE', or why nothing was done. Whoever calls has seen that no request of the month is open.
-- Sums are made while others write on; only the leaving itself holds them up, and waits itself no
-- longer than the lock's limit. Another export, or another door, excludes this one.
create function billing.detach_month(month date, now timestamptz, actor text) returns text
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
    done bigint;
    ended timestamptz := (month + interval '1 month') at time zone 'UTC';
begin
    if not pg_try_advisory_xact_lock(hashtextextended('billing.doors', 0)) then
        return 'BUSY';
    elsif not evidence.is_attached('billing.usage_event', month) then
        return 'NOT_THERE';
    -- Nobody looks at parts of days that are older: those that are away are kept by whole days.
    elsif now < ended + interval '8 days' then
        return 'NOT_OVER';
    end if;
    -- The first months of usage have none for the log's receipts.
    perform evidence.make_partition('evidence.sealed_receipt', month);
    if not evidence.is_sequenced(month) then
        return 'UNSEQUENCED';
    elsif not exists (select from billing.month_act a
                      where a.month = detach_month.month and a.act = 'EXPORTED' and a.at >= ended) then
        return 'NOT_EXPORTED';
    end if;
    insert into billing.month_act (month, act, at, actor)
        values (month, 'DETACHED', now, actor) returning id into done;
    insert into billing.ledger_carry
        select done, m.account, m.currency, m.amount from billing.month_ledger(month) m;
    insert into billing.usage_carry select done, m.* from billing.month_usage(month) m;
    perform evidence.note_archived(month);
    -- In the order in which a settlement writes: no deadlock.
    lock table only billing.usage_event, only billing.usage_payment,
        only billing.ledger_transaction, only billing.ledger_entry, only evidence.sealed_receipt,
        only evidence.receipt in access exclusive mode;
    perform evidence.detach_partition('billing.usage_event', month);
    perform evidence.detach_partition('billing.usage_payment', month);
    perform evidence.detach_partition('billing.ledger_transaction', month);
    perform evidence.detach_partition('billing.ledger_entry', month);
    perform evidence.detach_month(month);
    return 'DONE';
end $$;

-- 'DONE', or why nothing was done. What does not add up to what had left is not let in.
create function billing.attach_month(month date, now timestamptz, actor text) returns text
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
    done bigint;
    left_by bigint := (select max(a.id) from billing.month_act a
                       where a.month = attach_month.month and a.act = 'DETACHED');
begin
    if not pg_try_advisory_xact_lock(hashtextextended('billing.doors', 0)) then
        return 'BUSY';
    elsif left_by is null or evidence.is_attached('billing.usage_event', month) then
        return 'NOT_AWAY';
    elsif exists (select from unnest(array['billing.usage_event', 'billing.usage_payment',
                      'billing.ledger_transaction', 'billing.ledger_entry',
                      'evidence.sealed_receipt']::regclass[]) t (parent)
                  where evidence.partition_of(t.parent, month) is null) then
        return 'TABLES_GONE';
    elsif exists (select * from (
            (select account, currency, amount from billing.month_ledger(month)
                except select account, currency, amount from billing.ledger_carry where act = left_by)
            union all
            (select account, currency, amount from billing.ledger_carry where act = left_by
                except select account, currency, amount from billing.month_ledger(month))) x)
        or exists (select * from (
            (select * from billing.month_usage(month)
                except select tenant_id, project_id, day, grant_id, funder, currency, requests, tokens,
                    cost from billing.usage_carry where act = left_by)
            union all
            (select tenant_id, project_id, day, grant_id, funder, currency, requests, tokens, cost
                from billing.usage_carry where act = left_by
                except select * from billing.month_usage(month))) x) then
        return 'CHANGED';
    end if;
    insert into billing.month_act (month, act, at, actor)
        values (month, 'ATTACHED', now, actor) returning id into done;
    insert into billing.ledger_carry
        select done, account, currency, -amount from billing.ledger_carry where act = left_by;
    insert into billing.usage_carry
        select done, tenant_id, project_id, day, grant_id, funder, currency, -requests, -tokens, -cost
        from billing.usage_carry where act = left_by;
    perform evidence.attach_month(month);
    perform evidence.attach_partition('billing.usage_event', month);
    perform evidence.attach_partition('billing.usage_payment', month);
    perform evidence.attach_partition('billing.ledger_transaction', month);
    perform evidence.attach_partition('billing.ledger_entry', month);
    return 'DONE';
end $$;

revoke execute on function billing.month_ledger(date), billing.month_usage(date),
    billing.note_export(date, timestamptz, text, bytea),
    billing.detach_month(date, timestamptz, text), billing.attach_month(date, timestamptz, text)
    from public;
grant execute on function billing.note_export(date, timestamptz, text, bytea),
    billing.detach_month(date, timestamptz, text), billing.attach_month(date, timestamptz, text)
    to allodium_platform;
