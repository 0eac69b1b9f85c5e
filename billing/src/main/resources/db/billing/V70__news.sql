create trigger news after insert or update or delete on billing.price
    for each row execute function tenancy.tell('price', 'model');
create trigger news_emptied after truncate on billing.price
    for each statement execute function tenancy.tell('price');
alter table billing.price enable always trigger news, enable always trigger news_emptied;
