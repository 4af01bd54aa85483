-- Challenges of 3-D Secure.

create table three_ds_challenge (
  partner_id bigint not null,
  -- also of the event in the outbox
  challenge_id bigint not null,
  card_id bigint not null,
  amount_minor bigint not null check (amount_minor >= 0),
  amount_currency text not null,
  merchant_name text,
  -- sealed by the vault; null once it was answered
  password bytea,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- match key of the message that answered it
  answered_by text,
  passed boolean,
  primary key (partner_id, challenge_id),
  check ((answered_by is null) = (passed is null)),
  check ((answered_by is null) = (password is not null))
);
