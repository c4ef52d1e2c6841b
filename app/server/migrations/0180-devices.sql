-- Browsers in which somebody has signed in: whoever guesses at an account from elsewhere keeps none of them out. Only a digest of what
-- the cookie holds is kept; a browser of several people has a row for each.
create table if not exists devices (
  id uuid not null default gen_random_uuid(),
  secret_hash text not null,
  person_id uuid not null references people (id) on delete cascade,
  created_at timestamptz(3) not null default now(),
  used_at timestamptz(3) not null default now(),
  primary key (secret_hash, person_id)
);

-- A person's own: export, forgetting all of them, and leaving.
create index if not exists devices_person on devices (person_id);

-- Those in which nobody has signed in for long.
create index if not exists devices_unused on devices (used_at);
