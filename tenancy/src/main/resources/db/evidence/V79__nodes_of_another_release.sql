-- The first statement of a script, in whatever room, with which nodes of the release before it
-- cannot work. Nodes that live are to be stopped first; one that was killed just now is waited for.
-- It lies in the first room, so that it is there before any such script. See decision 0169.
create function evidence.require_alone() returns void language plpgsql as $$
declare
    others   text;
    patience timestamptz := clock_timestamp() + interval '4 s';
begin
    loop
        -- A new database has no nodes and no table of them.
        exit when to_regclass('billing.run') is null;
        execute 'select string_agg(distinct node, '', '' order by node) from billing.run'
            || ' where ended_at is null and settled >= 0 and alive_until >= clock_timestamp()'
            into others;
        exit when others is null;
        if clock_timestamp() > patience then
            raise exception 'Other nodes run over this database (%): this release changes what they work with. Stop them all, and start again', others
                using errcode = 'object_in_use';
        end if;
        perform pg_sleep(0.1);
    end loop;
end $$;
revoke execute on function evidence.require_alone() from public;
