-- Fees that cards have cost; one of the free ones has the amount zero and no entry.
create table card_fee (
  partner_id bigint not null,
  -- from the ids of authorizations and their events: a fee may be a consumption of its own
  fee_id bigint not null,
  card_id bigint not null,
  account_id bigint not null,
  kind text not null,
  currency text not null,
  -- below zero where a fee is given back
  amount_minor bigint not null,
  about_id bigint,
  event_id bigint not null,
  entry_id bigint,
  created_at timestamptz not null,
  primary key (partner_id, fee_id),
  -- nothing costs the same fee twice
  unique (partner_id, event_id, kind),
  foreign key (partner_id, card_id) references card (partner_id, card_id),
  check ((amount_minor = 0) = (entry_id is null))
);

create index card_fee_about on card_fee (partner_id, about_id) where about_id is not null;
create index card_fee_alone on card_fee (partner_id, created_at, fee_id) where about_id is null;
create index card_fee_of_kind on card_fee (partner_id, card_id, kind, created_at);

-- what merchants see as a consumption of its own beside the authorizations
create index authorization_event_alone on authorization_event (partner_id, created_at, event_id)
  where kind in ('reversal', 'expiry', 'refund', 'refund-reversal')
     or (kind in ('clearing', 'clearing-correction') and authorization_id is null);

-- the first management fee is that of the cycle after this
alter table program_fee_plan add column assigned_at timestamptz not null default now();

-- How far the cards of a program were charged in the newest cycle of their management fee.
create table management_fee_run (
  partner_id bigint not null,
  program_id bigint not null,
  cycle_start timestamptz not null,
  last_card_id bigint not null,
  finished boolean not null,
  primary key (partner_id, program_id)
);

-- What came of the management fee of a card in a cycle.
create table management_fee (
  partner_id bigint not null,
  card_id bigint not null,
  cycle_start timestamptz not null,
  state text not null check (state in ('paid', 'waived', 'unpaid', 'given-up')),
  retry_at timestamptz,
  primary key (partner_id, card_id, cycle_start),
  check ((state = 'unpaid') = (retry_at is not null))
);

create index management_fee_unpaid on management_fee (partner_id, retry_at) where state = 'unpaid';
create index card_of_program on card (partner_id, program_id, card_id);
