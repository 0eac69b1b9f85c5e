create trigger news after insert or update or delete on billing.price
    for each row execute function tenancy.tell('price', 'model');
