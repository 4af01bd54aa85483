-- Money that partners announce, and who cardholders are: documents, reviews, corporations.

-- A deposit that a partner has announced; it is credited when the operator has seen the money arrive.
create table deposit_order (
  partner_id bigint not null,
  deposit_id bigint not null,
  order_no text not null,
  status text not null check (status in ('awaiting-confirmation', 'in-review', 'completed', 'failed')),
  account_id bigint not null,
  pay_minor bigint not null check (pay_minor > 0),
  pay_currency text not null,
  -- null until it is known: what arrives may be in another currency
  credit_minor bigint check (credit_minor > 0),
  credit_currency text not null,
  payer_account text,
  payer_bank text,
  expected_on date,
  memo text,
  rejection text,
  created_at timestamptz not null,
  primary key (partner_id, deposit_id),
  unique (partner_id, order_no),
  foreign key (partner_id, account_id) references account (partner_id, account_id)
);

alter table cardholder
  -- no new cards, whatever the verification says
  add column disabled boolean not null default false,
  add column rejection_codes text[] not null default '{}';

-- Append-only: how the verification of a cardholder went.
create table cardholder_review (
  partner_id bigint not null,
  review_id bigint not null,
  cardholder_id bigint not null,
  previous text not null,
  verification text not null,
  codes text[] not null,
  remark text,
  created_at timestamptz not null,
  primary key (partner_id, review_id)
);

create index cardholder_review_of_cardholder on cardholder_review (partner_id, cardholder_id, review_id);

-- A company that owns cards; its cardholder row has no person.
create table corporation (
  partner_id bigint not null,
  cardholder_id bigint not null,
  corporation_id bigint not null,
  contact_name text not null,
  mobile text not null,
  email text not null,
  registration_name text not null,
  registration_code text not null,
  registered_on date not null,
  registration_country text not null,
  vat_code text,
  expires_on date,
  business_scope text,
  registration_address_id bigint not null,
  registration_address json not null,
  director_id bigint not null,
  director json not null,
  primary key (partner_id, cardholder_id),
  unique (partner_id, registration_country, registration_code),
  foreign key (partner_id, cardholder_id) references cardholder (partner_id, cardholder_id)
);

-- Files are sealed by the vault; what they are was found out from their content.
create table cardholder_document (
  partner_id bigint not null,
  document_id bigint not null,
  cardholder_id bigint not null,
  kind text not null check (kind in ('id-front', 'id-back', 'proof-of-address', 'selfie', 'company-registration', 'other')),
  file_name text not null,
  file_type text not null check (file_type in ('pdf', 'jpeg', 'png', 'doc', 'docx')),
  byte_count integer not null,
  sealed_content bytea not null,
  description text,
  created_at timestamptz not null,
  primary key (partner_id, document_id),
  foreign key (partner_id, cardholder_id) references cardholder (partner_id, cardholder_id)
);

create index cardholder_document_of_cardholder on cardholder_document (partner_id, cardholder_id, document_id);
