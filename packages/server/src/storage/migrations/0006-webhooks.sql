-- Delivery of events to partners.

-- One row a SQL transaction that has announced something, until its events are handed to the endpoints. A queue has no
-- position that a transaction which commits late could be behind. A mark on each row of the outbox would do as well, at the
-- price of an index entry and an update an event; a batch of the engine writes one row here for up to 256 events.
create table outbox_batch (
  partner_id bigint not null,
  -- the first of its events
  batch_id bigint not null,
  outbox_ids bigint[] not null,
  primary key (partner_id, batch_id)
);

-- to find what happened since a time; the outbox grows in the order of time, so this costs next to nothing
create index outbox_by_time on outbox using brin (created_at);

create table webhook_endpoint (
  partner_id bigint not null,
  endpoint_id bigint not null,
  dialect text not null check (dialect in ('pagsmile', 'keysecure')),
  -- the app id or API key in whose name it is told
  credential text not null,
  url text not null,
  description text,
  kinds text[] not null,
  state text not null check (state in ('active', 'paused', 'disabled', 'deleted')),
  -- why it is disabled
  state_reason text,
  -- of the newest delivery
  last_seq bigint not null default 0,
  -- attempts in a row that have failed, and until when (real time) it is spared after them
  failures_in_row integer not null default 0,
  open_until timestamptz,
  -- which process works on it (real time); a higher token has taken over from a lower one
  lease_token bigint not null default 0,
  lease_until timestamptz,
  created_at timestamptz not null,
  primary key (partner_id, endpoint_id)
);

-- An event on its way to an endpoint. The order of seq is the order of sending.
create table webhook_delivery (
  partner_id bigint not null,
  outbox_id bigint not null,
  endpoint_id bigint not null,
  seq bigint not null,
  kind text not null,
  card_id bigint,
  state text not null check (state in ('pending', 'delivered', 'failed', 'skipped', 'cancelled')),
  -- recorded ones, over all sendings
  attempts integer not null default 0,
  -- of this sending
  failures integer not null default 0,
  -- the next attempt, by the product's clock; null for at once
  due_at timestamptz,
  delivered_at timestamptz,
  last_status integer,
  last_error text,
  created_at timestamptz not null,
  primary key (partner_id, outbox_id, endpoint_id)
);

create index webhook_delivery_fresh on webhook_delivery (partner_id, endpoint_id, seq)
  where state = 'pending' and due_at is null;
create index webhook_delivery_due on webhook_delivery (partner_id, endpoint_id, due_at)
  where state = 'pending' and due_at is not null;
create index webhook_delivery_failed on webhook_delivery (partner_id, endpoint_id, outbox_id)
  where state = 'failed';

-- Append-only: what came of each try.
create table webhook_attempt (
  partner_id bigint not null,
  outbox_id bigint not null,
  endpoint_id bigint not null,
  attempt_no integer not null,
  attempted_at timestamptz not null,
  latency_ms integer not null,
  status integer,
  -- the first 4 kB
  answer text,
  error text,
  primary key (partner_id, outbox_id, endpoint_id, attempt_no)
);
