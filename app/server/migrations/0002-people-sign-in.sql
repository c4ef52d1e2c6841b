-- How people sign in, what they may repeat, and what is remembered of it.

alter table people add column if not exists password_hash text;
alter table people add column if not exists language text not null default 'fr';
alter table people add column if not exists about text not null default '';
alter table people add column if not exists version int8 not null default 1;
alter table people add column if not exists suspended_at timestamptz(3);
alter table people add column if not exists updated_at timestamptz(3) not null default now();

-- Who asked to join and has not yet shown that the address is theirs.
create table if not exists sign_ups (
  token_hash text primary key,
  email text not null,
  name text not null,
  role text not null check (role in ('student', 'teacher')),
  language text not null,
  password_hash text not null,
  expires_at timestamptz(3) not null
);

create index if not exists sign_ups_expired on sign_ups (expires_at);

-- Signed-in browsers. Only a digest of what the cookie holds is kept.
create table if not exists sessions (
  id uuid primary key default gen_random_uuid(),
  secret_hash text not null unique,
  person_id uuid not null references people (id) on delete cascade,
  address text not null,
  agent text not null,
  created_at timestamptz(3) not null default now(),
  used_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null
);

-- A person's own sessions; ending all of them.
create index if not exists sessions_person on sessions (person_id);

create index if not exists sessions_expired on sessions (expires_at);

-- Letters that let one choose a new password.
create table if not exists recoveries (
  token_hash text primary key,
  person_id uuid not null references people (id) on delete cascade,
  expires_at timestamptz(3) not null
);

create index if not exists recoveries_person on recoveries (person_id);

create index if not exists recoveries_expired on recoveries (expires_at);

-- How often something was tried, by a digest of who tried it, until when.
create table if not exists attempts (
  key text primary key,
  count int8 not null,
  until_at timestamptz(3) not null
);

create index if not exists attempts_expired on attempts (until_at);

-- Answers to requests that came with an idempotency key; without a status while the first one is under way.
create table if not exists idempotency_keys (
  person_id uuid not null references people (id) on delete cascade,
  key text not null,
  request_digest text not null,
  status int8,
  body text,
  media_type text,
  created_at timestamptz(3) not null default now(),
  primary key (person_id, key)
);

create index if not exists idempotency_keys_expired on idempotency_keys (created_at);

-- Who did what to whose things, and who looked at others' data.
create table if not exists audit_log (
  id uuid primary key default gen_random_uuid(),
  at timestamptz(3) not null default now(),
  actor_id uuid,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  address text not null,
  details jsonb not null default '{}'
);

create index if not exists audit_log_at on audit_log (at desc, id desc);

create index if not exists audit_log_actor on audit_log (actor_id, at desc);

-- Which process does a repeated piece of work, and until when nobody else does.
create table if not exists job_leases (
  name text primary key,
  owner text not null,
  until_at timestamptz(3) not null
);
