-- Models that score a document against a query.
alter table catalog.model drop constraint model_modality_check;
alter table catalog.model
    add constraint model_modality_check check (modality in ('TEXT', 'EMBEDDING', 'RANKING'));
