-- Declined authorizations by reason: a purchase that is approved has no entry here, and none is ever moved.
create index card_authorization_declined on card_authorization (partner_id, decline_reason, created_at, authorization_id)
  where decline_reason is not null;

-- A card never changes its last digits, so no update of a card touches this.
create index card_by_last_four on card (partner_id, last_four, card_id);
