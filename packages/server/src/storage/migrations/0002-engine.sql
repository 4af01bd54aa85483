-- The authorization engine: the life of an authorization, usage, interval limits, controls, rates, outbox, audit, clock.

alter table card_program
  add column hold_days integer not null default 7 check (hold_days between 1 and 366),
  -- lodging and car rental
  add column long_hold_days integer not null default 30 check (long_hold_days between 1 and 366),
  -- how far above its hold a clearing may post without being forced, basis points
  add column clearing_tolerance_bps integer not null default 2000 check (clearing_tolerance_bps between 0 and 10000),
  -- added to the exchange rate, basis points
  add column fx_markup_bps integer not null default 0 check (fx_markup_bps between 0 and 10000),
  -- fee on clearings in another currency than the card's, basis points of the billing amount
  add column foreign_fee_bps integer not null default 0 check (foreign_fee_bps between 0 and 10000);

-- a forced posting may take an account below zero: by so much, and no further
alter table account
  add column forced_minor bigint not null default 0 check (forced_minor >= 0),
  drop constraint account_never_overspent,
  add constraint account_never_overspent check (balance_minor - held_minor >= -forced_minor);

-- the engine has read the card of every row it writes; the check of the key cost a third of a batch
alter table card_authorization
  drop constraint card_authorization_partner_id_card_id_fkey;

alter table card_authorization
  add column purpose text not null default 'purchase'
    check (purpose in ('purchase', 'cash', 'refund', 'verification', 'balance-inquiry')),
  add column entry_mode text,
  add column approved_minor bigint not null default 0 check (approved_minor >= 0),
  add column reversed_minor bigint not null default 0 check (reversed_minor >= 0),
  add column refunded_minor bigint not null default 0 check (refunded_minor >= 0),
  add column conversion_rate text,
  add column status text not null default 'open' check (status in ('open', 'closed')),
  add column expires_at timestamptz;

update card_authorization set approved_minor = held_minor, expires_at = created_at + interval '7 days';
update card_authorization set status = 'closed' where decline_reason is not null;

-- what has to lapse, in the order in which it falls due
create index card_authorization_expiry on card_authorization (partner_id, expires_at) where status = 'open';

-- One row a processed network message, append-only. The first row of an authorization carries its id. match_key is how a
-- repetition and the message's successors find it.
create table authorization_event (
  partner_id bigint not null,
  event_id bigint not null,
  authorization_id bigint,
  card_id bigint not null,
  account_id bigint not null,
  kind text not null check (kind in ('authorization', 'advice', 'increment', 'reversal', 'expiry', 'clearing', 'refund', 'refund-reversal', 'clearing-correction')),
  match_key text not null,
  input_hash bytea not null,
  transaction_minor bigint not null,
  transaction_currency text not null,
  billing_minor bigint not null,
  billing_currency text not null,
  entry_id bigint,
  detail json,
  created_at timestamptz not null,
  primary key (partner_id, event_id),
  unique (partner_id, match_key)
);

-- what came after the authorization itself, which has its id
create index authorization_event_of_authorization on authorization_event (partner_id, authorization_id, event_id)
  where event_id <> authorization_id;

-- What a card used on one UTC day, with the sums up to and including that day: the newest row answers day, month and total.
create table card_day_usage (
  partner_id bigint not null,
  card_id bigint not null,
  day date not null,
  currency text not null,
  day_count integer not null check (day_count >= 0),
  day_minor bigint not null check (day_minor >= 0),
  month_minor bigint not null check (month_minor >= 0),
  total_minor bigint not null check (total_minor >= 0),
  primary key (partner_id, card_id, day)
);

insert into card_day_usage (partner_id, card_id, day, currency, day_count, day_minor, month_minor, total_minor)
select partner_id, card_id, (window_start at time zone 'UTC')::date, currency, used_count, used_minor,
       sum(used_minor) over (partition by partner_id, card_id, date_trunc('month', window_start at time zone 'UTC') order by window_start),
       sum(used_minor) over (partition by partner_id, card_id order by window_start)
  from limit_usage where window_kind = 'day';

drop table limit_usage;

-- Interval limits and merchant controls of a card, a cardholder, an account or a program; the form of window, filter and
-- lists is that of the core.
create table spend_limit (
  partner_id bigint not null,
  limit_id bigint not null,
  name text not null,
  scope_kind text not null check (scope_kind in ('card', 'cardholder', 'account', 'program')),
  scope_id bigint not null,
  spec_window json not null,
  filter json not null,
  policy text not null,
  currency text not null,
  max_minor bigint check (max_minor >= 0),
  max_count integer check (max_count >= 0),
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (partner_id, limit_id),
  check (max_minor is not null or max_count is not null)
);

create index spend_limit_of_scope on spend_limit (partner_id, scope_kind, scope_id) where removed_at is null;

create table merchant_control (
  partner_id bigint not null,
  control_id bigint not null,
  name text not null,
  scope_kind text not null check (scope_kind in ('card', 'cardholder', 'account', 'program')),
  scope_id bigint not null,
  lists json not null,
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (partner_id, control_id)
);

create index merchant_control_of_scope on merchant_control (partner_id, scope_kind, scope_id) where removed_at is null;

-- Usage of interval limits: one row a limit and window; a rolling window has a row a decision, found by its instant.
create table spend_limit_usage (
  partner_id bigint not null,
  limit_id bigint not null,
  scope_id bigint not null,
  window_start timestamptz not null,
  used_count integer not null check (used_count >= 0),
  used_minor bigint not null check (used_minor >= 0),
  primary key (partner_id, limit_id, scope_id, window_start)
);

create table exchange_rate (
  base_currency text not null,
  quote_currency text not null,
  valid_from timestamptz not null,
  rate text not null,
  source text not null,
  primary key (base_currency, quote_currency, valid_from)
);

-- What partners will hear of, written with the change itself.
create table outbox (
  partner_id bigint not null,
  outbox_id bigint not null,
  kind text not null,
  card_id bigint,
  payload json not null,
  created_at timestamptz not null,
  primary key (partner_id, outbox_id)
);

-- Append-only: who did what.
create table audit_log (
  partner_id bigint not null,
  audit_id bigint not null,
  actor text not null,
  action text not null,
  subject text not null,
  detail json,
  created_at timestamptz not null,
  primary key (partner_id, audit_id)
);

-- Hash chains are sealed in the background: each seal digests the rows since the one before it.
create table chain_seal (
  partner_id bigint not null,
  chain text not null check (chain in ('journal-entry', 'authorization-event', 'audit-log')),
  seal_no bigint not null,
  last_id bigint not null,
  row_count bigint not null,
  digest bytea not null,
  sealed_at timestamptz not null,
  primary key (partner_id, chain, seal_no)
);

-- The sandbox's clock, shared by all processes; one row, or none while time is real.
create table product_clock (
  id integer primary key check (id = 1),
  frozen_at timestamptz,
  offset_ms bigint not null,
  version bigint not null
);
