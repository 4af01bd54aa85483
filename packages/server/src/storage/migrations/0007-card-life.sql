-- The life of a card after it was made: orders for several cards, cards without a cardholder, status changes, closing.

alter table card_application
  -- a partner's order may ask for several cards; each has an application of its own
  add column order_no text,
  alter column cardholder_id drop not null;

update card_application set order_no = reference;
alter table card_application alter column order_no set not null;

create index card_application_of_order on card_application (partner_id, order_no, application_id);

-- null until a card that was printed without a name is bound to its holder
alter table card alter column cardholder_id drop not null;

-- Append-only: what became of a card, when and why.
create table card_status_change (
  partner_id bigint not null,
  change_id bigint not null,
  card_id bigint not null,
  previous text not null,
  status text not null,
  reason text,
  created_at timestamptz not null,
  primary key (partner_id, change_id)
);

create index card_status_change_of_card on card_status_change (partner_id, card_id, change_id);

-- Cards whose money has still to go back: closing ones, and closed ones that got some since.
create table closing_card (
  partner_id bigint not null,
  card_id bigint not null,
  primary key (partner_id, card_id)
);

create table delivery_address (
  partner_id bigint not null,
  delivery_address_id bigint not null,
  first_name text not null,
  last_name text not null,
  mobile text not null,
  email text not null,
  address_line1 text not null,
  address_line2 text,
  postal_code text not null,
  city text not null,
  state text not null,
  country text not null,
  created_at timestamptz not null,
  primary key (partner_id, delivery_address_id)
);

create index delivery_address_by_time on delivery_address (partner_id, created_at, delivery_address_id);

-- the card that an entry is about: how a card that spends from a shared account finds what was posted for it
alter table journal_entry add column card_id bigint;

update journal_entry e set card_id = x.card_id
  from authorization_event x where x.partner_id = e.partner_id and x.entry_id = e.entry_id;

update journal_entry e set card_id = x.card_id
  from authorization_event x
 where x.partner_id = e.partner_id and (x.detail->>'feeEntryId')::bigint = e.entry_id;

update journal_entry e set card_id = c.card_id
  from posting p
  join account a on a.partner_id = p.partner_id and a.account_id = p.account_id and a.kind = 'card'
  join card c on c.partner_id = a.partner_id and c.account_id = a.account_id
 where e.card_id is null and p.partner_id = e.partner_id and p.entry_id = e.entry_id;

create index journal_entry_by_time on journal_entry (partner_id, created_at, entry_id);
create index journal_entry_of_card on journal_entry (partner_id, card_id, created_at, entry_id) where card_id is not null;
create index journal_entry_of_order on journal_entry (partner_id, order_no) where order_no is not null;
