-- Who runs the platform: operator keys with names and roles, and the browsers that are signed in with one.

alter table operator_key
  add column key_id bigint,
  add column name text not null default 'first start',
  -- each may do all that the ones before it may
  add column role text not null default 'reveal' check (role in ('read-only', 'operator', 'reveal')),
  add column revoked_at timestamptz;

-- ids that are handed out begin above these
update operator_key
   set key_id = (select count(*) from operator_key older where older.key_hash <= operator_key.key_hash);

alter table operator_key
  alter column key_id set not null,
  alter column name drop default,
  alter column role drop default,
  add constraint operator_key_id unique (key_id);

-- Known by digests of their tokens; both times are real time, whatever the product's clock says.
create table operator_session (
  session_hash bytea primary key,
  key_id bigint not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create index operator_session_of_key on operator_session (key_id);
create index operator_session_expiry on operator_session (expires_at);
