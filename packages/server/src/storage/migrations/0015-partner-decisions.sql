-- Partners that decide authorizations themselves: whom to ask, what came of it, and how far was looked for questions
-- that nobody is waiting for any more.

create table partner_responder (
  partner_id bigint primary key,
  api_key text not null,
  url text not null,
  fallback text not null check (fallback in ('decline', 'approve'))
);

create table partner_decision (
  partner_id bigint not null,
  authorization_id bigint not null,
  outcome text not null,
  source text not null check (source in ('partner', 'fallback')),
  approved boolean not null,
  code text,
  message text,
  latency_ms integer check (latency_ms >= 0),
  late_approved boolean,
  late_code text,
  late_message text,
  late_ms integer,
  created_at timestamptz not null,
  primary key (partner_id, authorization_id)
);

create table inquiry_sweep (
  partner_id bigint primary key,
  swept_through timestamptz not null
);
