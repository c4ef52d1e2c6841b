-- Addresses that people ask to have instead of theirs, until the letter to them is answered.
create table if not exists email_changes (
  token_hash text primary key,
  person_id uuid not null references people (id) on delete cascade,
  email text not null,
  expires_at timestamptz(3) not null
);

-- A second wish takes the place of the first, and leaving.
create index if not exists email_changes_person on email_changes (person_id);

-- Retention: letters that nobody answered.
create index if not exists email_changes_expired on email_changes (expires_at);
