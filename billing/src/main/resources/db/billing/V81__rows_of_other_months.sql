-- Older installations may have rows of months for which no migration made a partition, and a clock
-- that was wrong can write such rows later. Their months are made too. See decision 0164.

create or replace function billing.make_month(month date) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
    parent regclass;
    made integer := 0;
begin
    if extract(day from month) <> 1 or extract(year from month) not between 2000 and 2199 then
        raise exception '% is no month', month using errcode = 'invalid_parameter_value';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('billing.months', 0));
    foreach parent in array array['billing.usage_event', 'billing.usage_payment',
            'billing.ledger_transaction', 'billing.ledger_entry',
            'evidence.sealed_receipt']::regclass[]
    loop
        made := made + evidence.make_partition(parent, month)::integer;
    end loop;
    -- Nobody writes there any more: its months are those that have something.
    if exists (select from evidence.months_otherwise('evidence.receipt') m where m = month) then
        made := made + evidence.make_partition('evidence.receipt', month)::integer;
    end if;
    return made;
end $$;

-- The months that lie in a last resort, and can be made.
create function billing.months_otherwise() returns setof date
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct m from unnest(array['billing.usage_event', 'billing.usage_payment',
            'billing.ledger_transaction', 'billing.ledger_entry', 'evidence.sealed_receipt',
            'evidence.receipt']::regclass[]) p (parent),
        lateral evidence.months_otherwise(p.parent) m
    where extract(year from m) between 2000 and 2199
$$;
revoke execute on function billing.months_otherwise() from public;
grant execute on function billing.months_otherwise() to allodium_platform;
