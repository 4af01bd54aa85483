-- What an app may see and do, and the platform key that it may still use while it changes to the new one.

alter table pagsmile_app
  -- full PAN and CVV2 in answers to card queries
  add column show_sensitive boolean not null default false,
  -- sandbox only: business data may come and go in clear
  add column plaintext boolean not null default false,
  add column previous_private_key bytea,
  add column previous_expires_at timestamptz,
  add check ((previous_private_key is null) = (previous_expires_at is null));
