-- Any of these makes a new picture; a name that many rows share is told once in a transaction.
create trigger news after insert or update or delete on change
    for each row execute function tenancy.tell('sovereignty', 'epoch');
create trigger news after insert or update or delete on fact
    for each row execute function tenancy.tell('sovereignty', 'epoch');
create trigger news after insert or update or delete on offer
    for each row execute function tenancy.tell('sovereignty', 'epoch');
create trigger news after insert or update or delete on policy_use
    for each row execute function tenancy.tell('sovereignty', 'epoch');
