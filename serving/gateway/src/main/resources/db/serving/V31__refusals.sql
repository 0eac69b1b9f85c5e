-- Requests that were refused, by cause and minute: a client that asks in a loop makes one row a
-- minute. Nothing that a client wrote is here.
create table serving.refusal (
    tenant_id   uuid        not null,
    minute      timestamptz not null,
    status      integer     not null,
    code        text        not null,
    -- The first rule or limit that was named; empty where none was.
    rule        text        not null,
    route       text        not null,
    model       text        not null,
    -- Empty for a person's access token.
    key_id      text        not null,
    key_name    text        not null,
    explanation text        not null,
    id          text        not null unique,
    request_id  text        not null,
    count       bigint      not null check (count > 0),
    last_at     timestamptz not null,
    primary key (tenant_id, minute, code, rule, route, model, key_id)
);
create index on serving.refusal (tenant_id, minute desc, id desc);
create index on serving.refusal (minute);

alter table serving.refusal enable row level security;
alter table serving.refusal force row level security;
create policy one_tenant on serving.refusal to allodium_app using
    (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy platform on serving.refusal to allodium_platform using (true);

grant select on serving.refusal to allodium_app;
grant select, insert, update, delete on serving.refusal to allodium_platform;
