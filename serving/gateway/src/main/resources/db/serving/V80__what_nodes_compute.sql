-- What each node computes, or why it does not, as it said last; whether it lives, its run says.
create table serving.node_pool (
    node  text    not null,
    -- `model@pool`
    place text    not null,
    runs  boolean not null,
    words text    not null,
    primary key (node, place)
);
grant select, insert, delete on serving.node_pool to allodium_platform;
