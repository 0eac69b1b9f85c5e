-- A month's rows that found no partition lie in the last resort. When the month is made, they move
-- into it, in the same transaction: whoever reads finds them before and after. See decision 0164.
create or replace function evidence.make_partition(parent regclass, month date) returns boolean
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    part text;
    otherwise text;
begin
    select format('%I.%I', n.nspname, c.relname || to_char(month, '_YYYY_MM')),
            format('%I.%I', n.nspname, c.relname || '_otherwise')
        into strict part, otherwise
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = parent;
    if to_regclass(part) is not null then
        return false;
    end if;
    execute format('create table %s (like %s including all)', part, parent);
    -- Not yet a partition: no trigger posts or checks a second time what was checked.
    execute format('with moved as (delete from %s where %s returning *) insert into %s select * from moved',
                   otherwise, evidence.bounds(month), part);
    execute format('alter table %s attach partition %s for values from (%L) to (%L)', parent, part,
                   month::text || ' 00:00:00+00',
                   (month + interval '1 month')::date::text || ' 00:00:00+00');
    return true;
end $$;

-- The months of what lies in a table's last resort, where it has none for them.
create function evidence.months_otherwise(parent regclass) returns setof date
    language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    otherwise text := (select format('%I.%I', n.nspname, c.relname || '_otherwise')
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = parent);
begin
    return query execute format(
        'select distinct date_trunc(''month'', at at time zone ''UTC'')::date from %s', otherwise);
end $$;
revoke execute on function evidence.months_otherwise(regclass) from public;
