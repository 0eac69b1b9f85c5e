-- Whether only organisations that were verified may be granted. What was granted before stays; a new
-- grant of a programme that was open before needs it too, since nobody said that it does not.
alter table billing.programme add column verified_only boolean not null default true;
