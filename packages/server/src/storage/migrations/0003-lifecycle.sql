-- What follows a decision: reversals, expiries, clearings, refunds.

-- what lapsed unused of a hold
alter table card_authorization
  add column expired_minor bigint not null default 0 check (expired_minor >= 0);

-- the event that this one undoes or corrects
alter table authorization_event
  add column original_event_id bigint;

create index authorization_event_about on authorization_event (partner_id, original_event_id, event_id)
  where original_event_id is not null;

-- rows that partners see beside the authorizations themselves: few, next to all events
create index authorization_event_shown on authorization_event (partner_id, created_at, event_id)
  where kind in ('clearing', 'clearing-correction', 'refund', 'refund-reversal', 'expiry');
create index authorization_event_shown_of_card on authorization_event (partner_id, card_id, created_at, event_id)
  where kind in ('clearing', 'clearing-correction', 'refund', 'refund-reversal', 'expiry');

-- Reversals that came before what they reverse. When the original arrives it finds itself here and is declined.
create table early_reversal (
  partner_id bigint not null,
  original_key text not null,
  event_id bigint not null,
  created_at timestamptz not null,
  primary key (partner_id, original_key)
);
