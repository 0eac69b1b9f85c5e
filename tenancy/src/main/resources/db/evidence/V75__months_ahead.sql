-- The product makes the months' partitions itself. The roles that work own no table and cannot
-- create one: they call functions that do nothing else, in the owner's name. See decision 0164.

-- For functions of the owner's alone. It is made beside its table and then attached, which stops
-- nobody who writes to another month.
create function evidence.make_partition(parent regclass, month date) returns boolean
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    part text;
begin
    select format('%I.%I', n.nspname, c.relname || to_char(month, '_YYYY_MM')) into strict part
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = parent;
    if to_regclass(part) is not null then
        return false;
    end if;
    execute format('create table %s (like %s including all)', part, parent);
    execute format('alter table %s attach partition %s for values from (%L) to (%L)', parent, part,
                   month::text || ' 00:00:00+00',
                   (month + interval '1 month')::date::text || ' 00:00:00+00');
    return true;
end $$;
revoke execute on function evidence.make_partition(regclass, date) from public;
