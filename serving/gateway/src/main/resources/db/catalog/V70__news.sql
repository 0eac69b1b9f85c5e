create trigger news after insert or update or delete on catalog.model
    for each row execute function tenancy.tell('catalog', 'name');
create trigger news after insert or update or delete on catalog.deployment
    for each row execute function tenancy.tell('catalog', 'model');
create trigger news after insert or update or delete on catalog.retrieval
    for each row execute function tenancy.tell('catalog', 'model');

create trigger news_emptied after truncate on catalog.model
    for each statement execute function tenancy.tell('catalog');
create trigger news_emptied after truncate on catalog.deployment
    for each statement execute function tenancy.tell('catalog');
create trigger news_emptied after truncate on catalog.retrieval
    for each statement execute function tenancy.tell('catalog');

alter table catalog.model enable always trigger news, enable always trigger news_emptied;
alter table catalog.deployment enable always trigger news, enable always trigger news_emptied;
alter table catalog.retrieval enable always trigger news, enable always trigger news_emptied;
