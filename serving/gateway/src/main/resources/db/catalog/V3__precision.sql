-- How the weights of a deployed copy are kept; auto leaves it to the device and the model's own type.
alter table catalog.deployment
    add column precision text not null default 'AUTO'
        check (precision in ('AUTO', 'FP32', 'BF16', 'INT8', 'INT4'));
