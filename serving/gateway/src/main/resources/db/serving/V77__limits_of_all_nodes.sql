-- What each node may use of an organisation's limits without asking. See decision 0166.

-- A run that lets requests in. whole: it is alone and has every limit whole, with nothing in the
-- other table. gone_at: when another node found it gone.
create table serving.limit_node (
    run bigint primary key,
    whole boolean not null,
    gone_at timestamptz
);

-- minute: counted from the organisation's founding on; 0 of places, which no minute gives back.
-- leased: in that minute, used or not. before: in the one before. standing: in every later one.
create table serving.limit_share (
    tenant_id uuid not null,
    kind text not null check (kind in ('REQUESTS', 'TOKENS', 'PLACES')),
    run bigint not null,
    minute bigint not null,
    leased bigint not null check (leased >= 0),
    before bigint not null check (before >= 0),
    standing bigint not null check (standing >= 0),
    primary key (tenant_id, kind, run)
) with (fillfactor = 40);

alter table serving.limit_share enable row level security;
alter table serving.limit_share force row level security;
create policy platform on serving.limit_share to allodium_platform using (true);

grant select, insert, update, delete on serving.limit_node, serving.limit_share
    to allodium_platform;
