-- Which request runs under a key stands in billing.once, with its intent. Here stays how it ended.
alter table billing.once no force row level security;
alter table serving.idempotent_request no force row level security;
insert into billing.once (tenant_id, key_hash, body_hash, request_id, run, begun_at)
    select tenant_id, key_hash, body_hash, request_id, 0, begun_at from serving.idempotent_request;
delete from serving.idempotent_request where ending is null;
alter table billing.once force row level security;
alter table serving.idempotent_request force row level security;

alter table serving.idempotent_request
    drop column body_hash,
    alter column ending set not null;
alter table serving.idempotent_request rename column begun_at to ended_at;
