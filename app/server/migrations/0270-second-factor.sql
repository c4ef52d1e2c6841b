-- What somebody shows beside their password: codes of an app on their telephone. The secret of these is sealed by the platform's key,
-- so that a copy of the database, or a backup of it, signs nobody in.
create table if not exists second_factors (
  person_id uuid primary key references people (id) on delete cascade,
  sealed_secret text not null,
  -- The latest period of 30 seconds whose code was used: each code is good once.
  used_period int8 not null default 0,
  created_at timestamptz(3) not null default now(),
  -- When a first code showed that the app has the secret; nothing is asked for before.
  confirmed_at timestamptz(3)
);

-- For a telephone that is lost: each is good once, and goes. Only a digest is kept.
create table if not exists recovery_codes (
  person_id uuid not null references people (id) on delete cascade,
  code_hash text not null,
  primary key (person_id, code_hash)
);
