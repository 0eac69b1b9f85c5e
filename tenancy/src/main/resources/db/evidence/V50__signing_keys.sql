-- The public halves of all keys that ever signed receipts, so that a receipt can be checked after
-- its key was replaced or lost. Append-only: what became of a key is an act beside it.

create table signing_key (
    kid   text        primary key,
    -- Absent where the public half was lost together with the private one.
    jwk   text,
    since timestamptz not null
);

create table signing_key_act (
    id     uuid        primary key,
    at     timestamptz not null,
    kid    text        not null references signing_key,
    act    text        not null check (act in ('REGISTERED', 'ROTATED', 'DECLARED_LOST')),
    actor  text        not null,
    reason text        not null check (length(reason) between 1 and 500)
);
-- A key ends once, and only one is in use.
create unique index on signing_key_act (kid) where act in ('ROTATED', 'DECLARED_LOST');

grant select on signing_key, signing_key_act to allodium_app;
grant select, insert on signing_key, signing_key_act to allodium_platform;
