-- Tenant data leads with partner_id in every key, so that one partner's rows can live together on one node.
-- Money is in minor units beside its currency (ISO 4217 or a token of the platform).

create table id_block (
  kind text primary key,
  next_id bigint not null
);

create table operator_key (
  key_hash bytea primary key,
  created_at timestamptz not null
);

-- Data keys of the vault, wrapped by the key-encrypting key, which is never in the database.
create table data_key (
  key_id integer primary key,
  purpose text not null unique,
  wrapped_key bytea not null,
  created_at timestamptz not null
);

create table partner (
  partner_id bigint primary key,
  name text not null,
  status text not null check (status in ('active', 'disabled')),
  integration_mode text not null check (integration_mode in ('credit', 'partner-decides')),
  approve_cardholders_automatically boolean not null,
  created_at timestamptz not null
);

create table card_program (
  program_id bigint primary key,
  name text not null,
  bin text not null unique check (bin ~ '^[0-9]{6,8}$'),
  network text not null check (network in ('visa', 'mastercard', 'discover', 'unionpay')),
  forms text[] not null check (forms <@ array['virtual', 'physical']),
  currency text not null,
  test boolean not null,
  validity_months integer not null check (validity_months between 1 and 120),
  ceiling_daily_count integer not null,
  ceiling_single_minor bigint not null,
  ceiling_daily_minor bigint not null,
  ceiling_monthly_minor bigint not null,
  created_at timestamptz not null
);

-- Look-up tables: what a request brings before its partner is known.

create table pagsmile_app (
  app_id text primary key,
  partner_id bigint not null,
  partner_no text not null unique,
  platform_private_key bytea not null,
  platform_public_key text not null,
  merchant_public_key text,
  unlimited_date_range boolean not null,
  created_at timestamptz not null
);

create table keysecure_credential (
  api_key text primary key,
  partner_id bigint not null,
  api_secret bytea not null,
  enabled boolean not null,
  expires_at timestamptz,
  allowed_addresses text[] not null,
  created_at timestamptz not null
);

create table access_token (
  token_hash bytea primary key,
  partner_id bigint not null,
  api_key text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create index access_token_expiry on access_token (expires_at);

create table card_token_lookup (
  card_token text primary key,
  partner_id bigint not null,
  card_id bigint not null
);

create table pan_lookup (
  pan_fingerprint bytea primary key,
  partner_id bigint not null,
  card_id bigint not null
);

-- Tenant data.

create table idempotency_key (
  partner_id bigint not null,
  scope text not null,
  key text not null,
  input_hash bytea not null,
  answer json,
  created_at timestamptz not null,
  primary key (partner_id, scope, key)
);

create table contact (
  partner_id bigint not null,
  contact_id bigint not null,
  first_name text not null,
  last_name text not null,
  mobile text not null,
  email text not null,
  language text not null,
  created_at timestamptz not null,
  primary key (partner_id, contact_id)
);

create index contact_by_time on contact (partner_id, created_at, contact_id);

create table cardholder (
  partner_id bigint not null,
  cardholder_id bigint not null,
  unique_no text,
  verification text not null check (verification in ('documents-needed', 'in-review', 'approved', 'rejected')),
  rejection text,
  first_name text,
  last_name text,
  mobile text,
  email text,
  id_no text,
  id_type integer,
  id_issued_on date,
  id_expires_on date,
  birthday date,
  gender integer,
  nationality text,
  address_line1 text,
  address_line2 text,
  postal_code text,
  city text,
  state text,
  country text,
  created_at timestamptz not null,
  primary key (partner_id, cardholder_id),
  unique (partner_id, unique_no),
  unique (partner_id, id_type, id_no),
  check ((first_name is null) = (id_no is null))
);

create table account (
  partner_id bigint not null,
  account_id bigint not null,
  kind text not null check (kind in ('bank', 'partner-funding', 'reserve', 'card', 'shared', 'cardholder', 'fee-income', 'network-settlement')),
  normal_side text not null check (normal_side in ('debit', 'credit')),
  name text not null,
  currency text not null,
  cardholder_id bigint,
  balance_minor bigint not null,
  held_minor bigint not null,
  created_at timestamptz not null,
  primary key (partner_id, account_id),
  constraint account_hold_not_negative check (held_minor >= 0),
  constraint account_never_overspent check (balance_minor - held_minor >= 0)
);

create index account_of_kind on account (partner_id, kind, currency, cardholder_id);

create table card_application (
  partner_id bigint not null,
  application_id bigint not null,
  reference text not null,
  status text not null check (status in ('in-review', 'completed', 'failed')),
  cardholder_id bigint not null,
  program_id bigint not null,
  terms json not null,
  card_id bigint,
  created_at timestamptz not null,
  primary key (partner_id, application_id),
  unique (partner_id, reference),
  foreign key (partner_id, cardholder_id) references cardholder (partner_id, cardholder_id)
);

create index card_application_of_cardholder on card_application (partner_id, cardholder_id);

create table card (
  partner_id bigint not null,
  card_id bigint not null,
  cardholder_id bigint not null,
  program_id bigint not null,
  account_id bigint not null,
  token text not null,
  unique_no text not null,
  form text not null check (form in ('virtual', 'physical')),
  network text not null,
  shared boolean not null,
  bin text not null,
  last_four text not null check (last_four ~ '^[0-9]{4}$'),
  pan_ciphertext bytea not null,
  pan_key_id integer not null,
  expiry_year integer not null,
  expiry_month integer not null check (expiry_month between 1 and 12),
  status text not null check (status in ('pending', 'awaiting-activation', 'active', 'blocked', 'lost', 'closing', 'closed', 'failed')),
  remark text,
  created_at timestamptz not null,
  activated_at timestamptz,
  primary key (partner_id, card_id),
  unique (partner_id, token),
  unique (partner_id, unique_no),
  foreign key (partner_id, cardholder_id) references cardholder (partner_id, cardholder_id),
  foreign key (partner_id, account_id) references account (partner_id, account_id)
);

create index card_by_time on card (partner_id, created_at, card_id);
create index card_of_cardholder on card (partner_id, cardholder_id, created_at);

create table card_limit (
  partner_id bigint not null,
  limit_id bigint not null,
  card_id bigint not null,
  currency text not null,
  daily_count integer not null check (daily_count >= 0),
  single_minor bigint not null check (single_minor >= 0),
  daily_minor bigint not null check (daily_minor >= 0),
  monthly_minor bigint not null check (monthly_minor >= 0),
  total_minor bigint check (total_minor >= 0),
  created_at timestamptz not null,
  primary key (partner_id, limit_id),
  unique (partner_id, card_id),
  foreign key (partner_id, card_id) references card (partner_id, card_id)
);

-- What was used of a card's windows; a window is named by its first instant.
create table limit_usage (
  partner_id bigint not null,
  card_id bigint not null,
  window_kind text not null check (window_kind in ('day', 'month', 'total')),
  window_start timestamptz not null,
  currency text not null,
  used_count integer not null check (used_count >= 0),
  used_minor bigint not null check (used_minor >= 0),
  primary key (partner_id, card_id, window_kind, window_start)
);

-- Append-only: entries and postings are never updated or deleted.

create table journal_entry (
  partner_id bigint not null,
  entry_id bigint not null,
  kind text not null,
  order_no text,
  memo text,
  created_at timestamptz not null,
  primary key (partner_id, entry_id)
);

create table posting (
  partner_id bigint not null,
  entry_id bigint not null,
  line_no integer not null,
  account_id bigint not null,
  side text not null check (side in ('debit', 'credit')),
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  balance_after_minor bigint not null,
  primary key (partner_id, entry_id, line_no),
  foreign key (partner_id, entry_id) references journal_entry (partner_id, entry_id),
  foreign key (partner_id, account_id) references account (partner_id, account_id)
);

create index posting_of_account on posting (partner_id, account_id, entry_id);

create table card_authorization (
  partner_id bigint not null,
  authorization_id bigint not null,
  card_id bigint not null,
  account_id bigint not null,
  transaction_minor bigint not null,
  transaction_currency text not null,
  billing_minor bigint not null,
  billing_currency text not null,
  merchant_id text,
  merchant_name text,
  merchant_mcc text,
  merchant_country text,
  merchant_city text,
  acquirer_id text,
  approval_code text,
  decline_reason text,
  trace json not null,
  held_minor bigint not null check (held_minor >= 0),
  cleared_minor bigint not null check (cleared_minor >= 0),
  fee_minor bigint not null check (fee_minor >= 0),
  created_at timestamptz not null,
  primary key (partner_id, authorization_id),
  foreign key (partner_id, card_id) references card (partner_id, card_id),
  check ((approval_code is null) <> (decline_reason is null)),
  check (decline_reason is null or held_minor = 0)
);

create index card_authorization_by_time on card_authorization (partner_id, created_at, authorization_id);
create index card_authorization_of_card on card_authorization (partner_id, card_id, created_at, authorization_id);
