-- Spend limits at work: what purchases have used of them, kept by window and recorded with each message.

-- counts the changes of a limit's terms
alter table spend_limit
  add column version integer not null default 1;

-- One row a limit and window; a rolling window has a row an instant of use. A refund that counts in its own instant may
-- take that row below zero, the window's sum never.
drop table spend_limit_usage;
create table spend_limit_usage (
  partner_id bigint not null,
  limit_id bigint not null,
  window_start timestamptz not null,
  used_count integer not null,
  used_minor bigint not null,
  primary key (partner_id, limit_id, window_start)
);

-- what the decision used, as lists of limit, window, count and minor units; null where no limit counted it
alter table card_authorization
  add column limit_use json;
