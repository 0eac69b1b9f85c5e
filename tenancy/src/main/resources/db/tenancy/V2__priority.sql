-- Whose requests go first where not all can be computed at once.
alter table tenancy.organisation
    add column priority text not null default 'NORMAL' check (priority in ('LOW', 'NORMAL', 'HIGH'));
