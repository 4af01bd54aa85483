-- Price lists of the platform, and which one counts for a program: the partner's own, else that of partner 0.

create table fee_plan (
  plan_id bigint primary key,
  name text not null unique,
  currency text not null,
  terms json not null,
  created_at timestamptz not null
);

create table program_fee_plan (
  partner_id bigint not null,
  program_id bigint not null,
  plan_id bigint not null,
  primary key (partner_id, program_id)
);

-- How a program is shown to merchants who choose one.
create table program_presentation (
  program_id bigint primary key,
  name_zh text not null,
  description_en text not null,
  description_zh text not null,
  tags_en text[] not null,
  tags_zh text[] not null
);
