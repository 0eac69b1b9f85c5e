-- A change is read by its number; a name that many rows share is told once in a transaction.
create trigger news after insert on change
    for each row execute function tenancy.tell('sovereignty', 'epoch');
create trigger news after insert on fact
    for each row execute function tenancy.tell('sovereignty', 'epoch');
create trigger news after insert on offer
    for each row execute function tenancy.tell('sovereignty', 'epoch');
create trigger news after insert on policy_use
    for each row execute function tenancy.tell('sovereignty', 'epoch');

-- Nobody rewrites the record; were it done by hand, everything would be read again.
create trigger news_rewritten after update or delete or truncate on change
    for each statement execute function tenancy.tell('sovereignty');
create trigger news_rewritten after update or delete or truncate on fact
    for each statement execute function tenancy.tell('sovereignty');
create trigger news_rewritten after update or delete or truncate on offer
    for each statement execute function tenancy.tell('sovereignty');
create trigger news_rewritten after update or delete or truncate on policy_use
    for each statement execute function tenancy.tell('sovereignty');

alter table change enable always trigger news, enable always trigger news_rewritten;
alter table fact enable always trigger news, enable always trigger news_rewritten;
alter table offer enable always trigger news, enable always trigger news_rewritten;
alter table policy_use enable always trigger news, enable always trigger news_rewritten;

create index on fact (epoch);
create index on policy_use (epoch);
