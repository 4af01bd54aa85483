-- Money that partners give to their cardholders and take back.
create table cardholder_transfer (
  partner_id bigint not null,
  transfer_id bigint not null,
  cardholder_id bigint not null,
  unique_no text not null,
  direction text not null check (direction in ('in', 'out')),
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  before_minor bigint not null,
  after_minor bigint not null,
  entry_id bigint not null,
  created_at timestamptz not null,
  primary key (partner_id, transfer_id),
  unique (partner_id, unique_no),
  foreign key (partner_id, cardholder_id) references cardholder (partner_id, cardholder_id),
  foreign key (partner_id, entry_id) references journal_entry (partner_id, entry_id),
  check (after_minor - before_minor = case direction when 'in' then amount_minor else -amount_minor end)
);

create index cardholder_transfer_by_time on cardholder_transfer (partner_id, created_at, transfer_id);

create index account_of_cardholder on account (partner_id, cardholder_id) where kind = 'cardholder';
