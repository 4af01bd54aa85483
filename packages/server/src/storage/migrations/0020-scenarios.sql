-- Simulations that an operator plays one after the other.

create table scenario (
  scenario_id bigint primary key,
  name text not null,
  -- calls of the Operator API with their bodies; no card data is among them
  steps jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
