-- A month's partitions can leave and come back. The functions here are for the owner's own alone:
-- receipts leave together with the money that they are for. See decision 0164.

-- What a reader must know when receipts are away, and no more: whose there were, and between which
-- times in their ids. One row for each organisation; it goes when the month is back.
create table evidence.archived (
    month date not null,
    tenant_id uuid not null,
    -- Of the ids with a time in them.
    first timestamptz,
    last timestamptz,
    -- Whether there were ids without one.
    timeless boolean not null,
    primary key (month, tenant_id)
);
-- Not forced: the owner writes here, in the functions below.
alter table evidence.archived enable row level security;
create policy own on evidence.archived to allodium_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy all_tenants on evidence.archived to allodium_platform using (true);
grant select on evidence.archived to allodium_app, allodium_platform;

-- A month's table, whether it is attached or not; null where there is none.
create function evidence.partition_of(parent regclass, month date) returns regclass
    language sql stable set search_path = pg_catalog, pg_temp as $$
    select to_regclass(format('%I.%I', n.nspname, c.relname || to_char(month, '_YYYY_MM')))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = parent
$$;

create function evidence.is_attached(parent regclass, month date) returns boolean
    language sql stable set search_path = pg_catalog, pg_temp as $$
    select exists (select from pg_inherits
                   where inhparent = parent and inhrelid = evidence.partition_of(parent, month))
$$;

create function evidence.bounds(month date) returns text
    language sql immutable set search_path = pg_catalog, pg_temp as $$
    select format('at >= %L and at < %L', month::text || ' 00:00:00+00',
                  (month + interval '1 month')::date::text || ' 00:00:00+00')
$$;

-- What would still be written with a time of that month is refused, and does not go into the last
-- resort, from where the month could not be put together again.
create function evidence.detach_partition(parent regclass, month date) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    part regclass := evidence.partition_of(parent, month);
    otherwise text := (select format('%I.%I', n.nspname, c.relname || '_otherwise')
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = parent);
begin
    if not evidence.is_attached(parent, month) then
        return;
    end if;
    execute format('alter table %s detach partition %s', parent, part);
    execute format('alter table %s add constraint %I check (not (%s))', otherwise,
                   'away' || to_char(month, '_YYYY_MM'), evidence.bounds(month));
end $$;

-- Its rows are looked through while nobody else is held up.
create function evidence.attach_partition(parent regclass, month date) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    part regclass := evidence.partition_of(parent, month);
    otherwise text := (select format('%I.%I', n.nspname, c.relname || '_otherwise')
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = parent);
begin
    if part is null or evidence.is_attached(parent, month) then
        return;
    end if;
    execute format('alter table %s add constraint month_alone check (%s)', part,
                   evidence.bounds(month));
    execute format('alter table %s attach partition %s for values from (%L) to (%L)', parent, part,
                   month::text || ' 00:00:00+00',
                   (month + interval '1 month')::date::text || ' 00:00:00+00');
    execute format('alter table %s drop constraint month_alone', part);
    execute format('alter table %s drop constraint if exists %I', otherwise,
                   'away' || to_char(month, '_YYYY_MM'));
end $$;

-- Whether the log has every receipt of the month, which is made of their content.
create function evidence.is_sequenced(month date) returns boolean
    language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    waiting boolean;
begin
    execute format('select exists (select from %s s left join evidence.log_run r on r.run = s.run'
                   || ' where s.seq >= coalesce(r.next_seq, 0))',
                   evidence.partition_of('evidence.sealed_receipt', month)) into waiting;
    return not waiting;
end $$;

create function evidence.note_archived(month date) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    old regclass := evidence.partition_of('evidence.receipt', month);
begin
    execute format(
        'insert into evidence.archived (month, tenant_id, first, last, timeless)'
        || ' select %L, tenant_id,'
        || ' min(uuid_extract_timestamp(key)) filter (where uuid_extract_version(key) = 7),'
        || ' max(uuid_extract_timestamp(key)) filter (where uuid_extract_version(key) = 7),'
        || ' bool_or(uuid_extract_version(key) is distinct from 7)'
        || ' from (select tenant_id, key from %s %s) r group by tenant_id',
        month, evidence.partition_of('evidence.sealed_receipt', month),
        case when old is null then '' else format(
            'union all select tenant_id,'
            || ' substring(id from ''^[^0-9].{0,20}([0-9a-f]{32})$'')::uuid from %s', old) end);
end $$;

create function evidence.detach_month(month date) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform evidence.detach_partition('evidence.sealed_receipt', month);
    perform evidence.detach_partition('evidence.receipt', month);
end $$;

create function evidence.attach_month(month date) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform evidence.attach_partition('evidence.sealed_receipt', month);
    perform evidence.attach_partition('evidence.receipt', month);
    delete from evidence.archived a where a.month = attach_month.month;
end $$;

revoke execute on function evidence.partition_of(regclass, date),
    evidence.is_attached(regclass, date), evidence.bounds(date),
    evidence.detach_partition(regclass, date), evidence.attach_partition(regclass, date),
    evidence.is_sequenced(date), evidence.note_archived(date), evidence.detach_month(date),
    evidence.attach_month(date)
    from public;
