-- Money is numeric(24,12): a price of six decimals per million tokens is exact per token.
-- Append-only is a matter of rights: the roles get SELECT and INSERT there and nothing else.

create table billing.price (
    model text not null,
    input_per_million numeric(24,12) not null check (input_per_million >= 0),
    output_per_million numeric(24,12) not null check (output_per_million >= 0),
    cached_answer numeric(24,12) not null check (cached_answer >= 0),
    currency varchar(3) not null,
    effective_from timestamptz not null,
    announced_at timestamptz not null,
    announced_by text not null,
    primary key (model, effective_from)
);

create table billing.programme (
    id uuid primary key,
    title text not null,
    funder text not null,
    summary text not null,
    budget numeric(24,12) not null check (budget > 0),
    -- Granted and not come back: the ledger's balance of the programme is budget - committed.
    committed numeric(24,12) not null check (committed >= 0 and committed <= budget),
    ceiling_per_grant numeric(24,12) not null check (ceiling_per_grant > 0),
    currency varchar(3) not null,
    opens_at timestamptz not null,
    closes_at timestamptz not null check (closes_at > opens_at),
    eligible text not null,
    opened_at timestamptz not null,
    opened_by text not null,
    version bigint not null
);

create table billing.application (
    id uuid primary key,
    tenant_id uuid not null,
    programme_id uuid not null references billing.programme,
    organisation text not null,
    purpose text not null,
    field_of_science text not null,
    expected_use text not null,
    requested numeric(24,12) not null check (requested > 0),
    currency varchar(3) not null,
    applicant_subject text not null,
    applicant_name text not null,
    submitted_at timestamptz not null,
    state text not null check (state in ('SUBMITTED', 'APPROVED', 'DECLINED', 'WITHDRAWN')),
    decided_at timestamptz,
    decided_by text,
    officer text,
    reason text,
    grant_id uuid,
    version bigint not null,
    check ((state = 'SUBMITTED') = (decided_at is null)),
    check ((state = 'APPROVED') = (grant_id is not null))
);
-- One open application per organisation and programme.
create unique index application_open on billing.application (tenant_id, programme_id)
    where state = 'SUBMITTED';
create index application_queue on billing.application (submitted_at, id);

create table billing.grant_award (
    id uuid primary key,
    tenant_id uuid not null,
    programme_id uuid not null references billing.programme,
    application_id uuid not null unique references billing.application,
    amount numeric(24,12) not null check (amount > 0),
    currency varchar(3) not null,
    priority integer not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    created_at timestamptz not null,
    created_by text not null
);
create index grant_award_tenant on billing.grant_award (tenant_id, ends_at);

-- The one place where money is counted in flight. It changes only together with ledger or
-- reservation rows, in one transaction, so it always equals their sums.
create table billing.grant_balance (
    grant_id uuid primary key references billing.grant_award,
    tenant_id uuid not null,
    currency varchar(3) not null,
    granted numeric(24,12) not null check (granted >= 0),
    spent numeric(24,12) not null check (spent >= 0),
    reserved numeric(24,12) not null check (reserved >= 0),
    -- Went back to the programme after the grant's end.
    lapsed numeric(24,12) not null check (lapsed >= 0),
    lapsed_at timestamptz,
    check (spent + reserved + lapsed <= granted)
) with (fillfactor = 50);
create index grant_balance_tenant on billing.grant_balance (tenant_id);

create table billing.ledger_transaction (
    id uuid primary key,
    kind text not null,
    idempotency_key text not null unique,
    at timestamptz not null
);

-- An account's balance is the sum of its entries: positive came in, negative went out.
create table billing.ledger_entry (
    transaction_id uuid not null references billing.ledger_transaction,
    line integer not null,
    account text not null,
    amount numeric(24,12) not null check (amount <> 0),
    currency varchar(3) not null,
    primary key (transaction_id, line)
);
create index ledger_entry_account on billing.ledger_entry (account);

create function billing.refuse_unbalanced() returns trigger language plpgsql as $$
declare
    moved uuid;
begin
    if tg_table_name = 'ledger_entry' then
        moved := new.transaction_id;
    else
        moved := new.id;
        if not exists (select from billing.ledger_entry e where e.transaction_id = moved) then
            raise exception 'ledger transaction % has no entries', moved
                using errcode = 'check_violation';
        end if;
    end if;
    if exists (select from billing.ledger_entry e where e.transaction_id = moved
               group by e.currency having sum(e.amount) <> 0) then
        raise exception 'ledger transaction % does not add up to zero', moved
            using errcode = 'check_violation';
    end if;
    return null;
end $$;

create constraint trigger ledger_transaction_balances after insert on billing.ledger_transaction
    deferrable initially deferred for each row execute function billing.refuse_unbalanced();
create constraint trigger ledger_entry_balances after insert on billing.ledger_entry
    deferrable initially deferred for each row execute function billing.refuse_unbalanced();

-- The intent: written before the first byte of an answer leaves, and never changed.
create table billing.reservation (
    request_id text primary key,
    tenant_id uuid not null,
    project_id uuid not null,
    key_id uuid,
    subject text not null,
    model text not null,
    input_per_million numeric(24,12) not null,
    output_per_million numeric(24,12) not null,
    cached_answer numeric(24,12) not null,
    price_from timestamptz not null,
    input_tokens bigint not null check (input_tokens >= 0),
    max_output_tokens bigint not null check (max_output_tokens >= 0),
    ceiling numeric(24,12) not null check (ceiling >= 0),
    currency varchar(3) not null,
    receipt json not null,
    created_at timestamptz not null
);

-- Which grants hold the ceiling, in the order in which they pay.
create table billing.reservation_line (
    request_id text not null references billing.reservation,
    line integer not null,
    tenant_id uuid not null,
    grant_id uuid not null,
    amount numeric(24,12) not null check (amount > 0),
    primary key (request_id, line)
);

-- The working set: intents that are not ended yet. Small, so that recovery after a crash reads
-- what is open and not the history. Ending a request deletes its row here.
create table billing.open_reservation (
    request_id text primary key references billing.reservation,
    tenant_id uuid not null,
    node_id uuid not null,
    released_tokens bigint not null default 0,
    opened_at timestamptz not null
) with (fillfactor = 70);

-- The end of an intent. Its primary key is what makes a settlement happen once.
create table billing.reservation_end (
    request_id text primary key references billing.reservation,
    tenant_id uuid not null,
    kind text not null check (kind in ('SETTLED', 'RELEASED')),
    at timestamptz not null
);

create table billing.usage_event (
    request_id text primary key references billing.reservation_end,
    tenant_id uuid not null,
    at timestamptz not null,
    project_id uuid not null,
    key_name text not null,
    subject text not null,
    model text not null,
    pool text not null,
    input_tokens bigint not null check (input_tokens >= 0),
    output_tokens bigint not null check (output_tokens >= 0),
    from_cache boolean not null,
    outcome text not null,
    cost numeric(24,12) not null check (cost >= 0),
    currency varchar(3) not null
);
create index usage_event_tenant on billing.usage_event (tenant_id, at desc, request_id);

create table billing.usage_payment (
    request_id text not null references billing.usage_event,
    line integer not null,
    tenant_id uuid not null,
    grant_id uuid not null,
    funder text not null,
    programme text not null,
    amount numeric(24,12) not null check (amount > 0),
    primary key (request_id, line)
);

-- Two walls: a tenant sees its own rows, the platform's role sees all of them.
do $$
declare
    owned text;
begin
    foreach owned in array array['application', 'grant_award', 'grant_balance',
            'reservation', 'reservation_line', 'open_reservation', 'reservation_end',
            'usage_event', 'usage_payment']
    loop
        execute format('alter table billing.%I enable row level security', owned);
        execute format('alter table billing.%I force row level security', owned);
        execute format('create policy one_tenant on billing.%I to allodium_app using '
            || '(tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', owned);
        execute format('create policy platform on billing.%I to allodium_platform using (true)', owned);
    end loop;
end $$;

-- Append-only.
grant select, insert on billing.price, billing.ledger_transaction, billing.ledger_entry,
    billing.reservation, billing.reservation_line, billing.reservation_end,
    billing.usage_event, billing.usage_payment, billing.grant_award to allodium_platform;
-- Living.
grant select, insert, update on billing.programme, billing.application, billing.grant_balance
    to allodium_platform;
grant select, insert, update, delete on billing.open_reservation to allodium_platform;

grant select on billing.price, billing.programme, billing.grant_award, billing.grant_balance,
    billing.usage_event, billing.usage_payment to allodium_app;
grant select, insert, update on billing.application to allodium_app;
