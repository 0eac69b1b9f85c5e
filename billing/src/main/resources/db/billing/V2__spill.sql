-- Which consents to spill an intent leans on, where they have a cap. Written with the intent and
-- never changed: what was spilled is reckoned from here and from how the intents ended.
create table billing.spill_share (
    request_id text not null references billing.reservation,
    consent text not null,
    tenant_id uuid not null,
    primary key (request_id, consent)
);
create index spill_share_consent on billing.spill_share (tenant_id, consent);

alter table billing.spill_share enable row level security;
alter table billing.spill_share force row level security;
create policy one_tenant on billing.spill_share to allodium_app
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy platform on billing.spill_share to allodium_platform using (true);
grant select, insert on billing.spill_share to allodium_platform;
