create trigger news after insert or update or delete on catalog.model
    for each row execute function tenancy.tell('catalog', 'name');
create trigger news after insert or update or delete on catalog.deployment
    for each row execute function tenancy.tell('catalog', 'model');
create trigger news after insert or update or delete on catalog.retrieval
    for each row execute function tenancy.tell('catalog', 'model');
