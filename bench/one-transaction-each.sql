-- One approval as one SQL transaction, for pgbench: the reads, locks and rows of the engine's batch of one (see
-- packages/server/src/storage/authorization-batches.ts), one statement after the other. Nothing is decided, as every
-- request of the bench can be approved.
--
-- pgbench is told: cards; first_id, above all other ids; n, the messages a client has sent so far; trace, what the engine
-- records of a decision.
\set n :n + 1
\set id :first_id + :client_id * 1000000000 + :n
\set card random(1, :cards)
\set minor random(100, 999)
\set approval_code random(0, 999999)

begin;

select currency, balance_minor, held_minor, forced_minor
  from account where partner_id = 1 and account_id = :card for no key update
\gset

select c.token, c.bin, c.last_four, c.remark, c.status, c.expiry_year, c.expiry_month, p.hold_days, p.long_hold_days,
       l.daily_count, l.single_minor, l.daily_minor, l.monthly_minor, l.total_minor,
       t.decided_at, t.day,
       case when u.day = t.day then u.day_count else 0 end as used_count,
       case when u.day = t.day then u.day_minor else 0 end as used_day_minor,
       case when date_trunc('month', u.day) = date_trunc('month', t.day) then u.month_minor else 0 end as used_month_minor,
       coalesce(u.total_minor, 0) as used_total_minor
  from card c
  join card_program p on p.program_id = c.program_id
  left join card_limit l on l.partner_id = c.partner_id and l.card_id = c.card_id
  cross join (select statement_timestamp() as decided_at, cast(statement_timestamp() at time zone 'UTC' as date) as day) t
  left join lateral (
    select * from card_day_usage d where d.partner_id = c.partner_id and d.card_id = c.card_id order by d.day desc limit 1
  ) u on true
 where c.partner_id = 1 and c.card_id = :card
\gset

select (select count(*) from authorization_event where partner_id = 1 and match_key = 'pgbench-' || cast(:id as text))
     + (select count(*) from early_reversal where partner_id = 1 and original_key = 'pgbench-' || cast(:id as text)) as recorded
\gset

\set held_minor :held_minor + :minor
\set used_count :used_count + 1
\set used_day_minor :used_day_minor + :minor
\set used_month_minor :used_month_minor + :minor
\set used_total_minor :used_total_minor + :minor

insert into card_authorization (partner_id, authorization_id, card_id, account_id, purpose, entry_mode, transaction_minor,
  transaction_currency, billing_minor, billing_currency, merchant_id, merchant_name, merchant_mcc, merchant_country,
  merchant_city, acquirer_id, approval_code, decline_reason, trace, approved_minor, held_minor, cleared_minor, fee_minor,
  status, expires_at, created_at)
values (1, :id, :card, :card, 'purchase', 'chip', :minor, 'USD', :minor, 'USD', '000000000123456', 'Corner bookshop', '5942',
  'US', 'San Francisco', '00000123456', lpad(cast(:approval_code as text), 6, '0'), null, :trace, :minor, :minor, 0, 0,
  'open', cast(:decided_at as timestamptz) + interval '7 days', :decided_at);

insert into authorization_event (partner_id, event_id, authorization_id, card_id, account_id, kind, match_key, input_hash,
  transaction_minor, transaction_currency, billing_minor, billing_currency, created_at)
values (1, :id, :id, :card, :card, 'authorization', 'pgbench-' || cast(:id as text),
  sha256(convert_to('pgbench-' || cast(:id as text), 'UTF8')), :minor, 'USD', :minor, 'USD', :decided_at);

insert into outbox (partner_id, outbox_id, kind, card_id, payload, created_at)
values (1, :id, 'authorization', :card, json_build_object('eventId', cast(:id as text)), :decided_at);

insert into outbox_batch (partner_id, batch_id, outbox_ids) values (1, :id, array[cast(:id as bigint)]);

update account set held_minor = :held_minor where partner_id = 1 and account_id = :card;

insert into card_day_usage (partner_id, card_id, day, currency, day_count, day_minor, month_minor, total_minor)
values (1, :card, :day, 'USD', :used_count, :used_day_minor, :used_month_minor, :used_total_minor)
on conflict (partner_id, card_id, day) do update
  set day_count = excluded.day_count, day_minor = excluded.day_minor, month_minor = excluded.month_minor,
      total_minor = excluded.total_minor;

commit;
