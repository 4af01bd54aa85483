-- What a KeySecure credential may do, and the lists that merchants page through.

alter table keysecure_credential
  -- the caller may see PANs and CVVs
  add column pci_enabled boolean not null default false,
  -- origins of the pages that may show the hosted card page in a frame
  add column pci_origins text[] not null default '{}',
  -- calls; null for no limit
  add column requests_per_second integer check (requests_per_second > 0);

create index cardholder_by_time on cardholder (partner_id, created_at, cardholder_id);

-- Tokens that open the hosted card page once; known by digests of their texts.
create table pci_client_token (
  token_hash bytea primary key,
  partner_id bigint not null,
  card_id bigint not null,
  api_key text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- of the nonce that came with the page; null until the page was opened
  nonce_hash bytea,
  opened_at timestamptz,
  -- when the page fetched the card
  shown_at timestamptz
);

create index pci_client_token_expiry on pci_client_token (expires_at);
