-- Keys are named by their digest, by which they are found. That one was used is no news: it is
-- written once a minute for each, and nobody is let in or kept out by it.
create trigger news after insert or delete
    or update of tenant_id, project_id, name, key_hash, allowed_models, created_by, adopted,
        expires_at, revoked_at
    on api_key
    for each row execute function tenancy.tell('key', 'key_hash');
create trigger news_emptied after truncate on api_key
    for each statement execute function tenancy.tell('key');
alter table api_key enable always trigger news, enable always trigger news_emptied;
