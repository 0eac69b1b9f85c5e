-- The runs that may act: neither ended nor taken over from. For rooms that count by run.
create view billing.live_run with (security_invoker = true) as
    select run from billing.run where ended_at is null and settled >= 0;
grant select on billing.live_run to allodium_platform;
