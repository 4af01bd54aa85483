-- What messages say about the card and its holder: PINs to compare with, 3-D Secure results to keep.

-- a keyed digest of the PIN, never the PIN; the key is one of the vault
alter table card
  add column pin_digest bytea,
  add column pin_key_id integer,
  add constraint card_pin_digest_has_key check ((pin_digest is null) = (pin_key_id is null));

-- version, eci, result and dsTransactionId, as the message said; null where it said nothing
alter table card_authorization
  add column three_ds json;
