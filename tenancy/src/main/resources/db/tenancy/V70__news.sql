-- Whoever answers requests from memory hears of every change here, in the order of the commits, and
-- of none that was taken back. The news says what to read again, never what stands there. See
-- decision 0160.

-- Arguments: the topic, and the column that names what changed; without it, and where a table was
-- emptied, everything changed.
create function tell() returns trigger language plpgsql as $$
begin
    if tg_nargs = 1 then
        perform pg_notify('allodium_news', tg_argv[0] || ' *');
        return null;
    end if;
    if tg_op <> 'INSERT' then
        perform pg_notify('allodium_news', tg_argv[0] || ' ' || (to_jsonb(old) ->> tg_argv[1]));
    end if;
    if tg_op <> 'DELETE' then
        perform pg_notify('allodium_news', tg_argv[0] || ' ' || (to_jsonb(new) ->> tg_argv[1]));
    end if;
    return null;
end $$;

grant execute on function tell() to allodium_app, allodium_platform;

create trigger news after insert or update or delete on organisation
    for each row execute function tell('organisation', 'tenant_id');
create trigger news after insert or update or delete on membership
    for each row execute function tell('organisation', 'tenant_id');
create trigger news after insert or update or delete on project
    for each row execute function tell('organisation', 'tenant_id');

create trigger news_emptied after truncate on organisation
    for each statement execute function tell('organisation');
create trigger news_emptied after truncate on membership
    for each statement execute function tell('organisation');
create trigger news_emptied after truncate on project
    for each statement execute function tell('organisation');

-- Also for what a copy of another database writes here.
alter table organisation enable always trigger news, enable always trigger news_emptied;
alter table membership enable always trigger news, enable always trigger news_emptied;
alter table project enable always trigger news, enable always trigger news_emptied;
