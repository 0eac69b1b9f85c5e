-- What a deployment looks up before it answers. Only ever added to: the newest row of a deployment
-- holds, and one without a corpus says that nothing is looked up.
create table catalog.retrieval (
    id           bigint generated always as identity primary key,
    model        text not null,
    pool         text not null,
    corpus       text,
    encoder      text references catalog.model (name),
    encoder_pool text,
    since        timestamptz not null,
    foreign key (model, pool) references catalog.deployment (model, pool),
    check ((corpus is null) = (encoder is null) and (corpus is null) = (encoder_pool is null))
);

create index retrieval_of_deployment on catalog.retrieval (model, pool, id desc);

grant select, insert on catalog.retrieval to allodium_platform;
