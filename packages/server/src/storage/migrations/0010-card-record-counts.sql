-- How many rows the statements of a partner have in an hour of UTC, by what they are: hours that are over are counted once.

create table card_record_count (
  partner_id bigint not null,
  hour timestamptz not null,
  -- `purchase:approved`, or the kind of an event
  kind text not null,
  row_count bigint not null check (row_count > 0),
  primary key (partner_id, hour, kind)
);

-- all hours before `up_to` are counted
create table card_record_counted (
  partner_id bigint primary key,
  up_to timestamptz not null
);
