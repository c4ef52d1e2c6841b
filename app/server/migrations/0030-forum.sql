-- What people ask and answer in a course, and what they are told of it.

create table if not exists threads (
  id uuid primary key default gen_random_uuid(),
  course_id uuid not null references courses (id) on delete cascade,
  author_id uuid references people (id) on delete set null,
  title text not null,
  body text not null,
  version int8 not null default 1,
  score int8 not null default 0,
  post_count int8 not null default 0,
  accepted_id uuid,
  pinned boolean not null default false,
  locked boolean not null default false,
  created_at timestamptz(3) not null default now(),
  edited_at timestamptz(3),
  active_at timestamptz(3) not null default now(),
  removed_at timestamptz(3)
);

-- The threads of a course: pinned ones first, then the latest.
create index if not exists threads_course on threads (course_id, pinned desc, active_at desc, id desc) where removed_at is null;

-- What one has asked: export and erasure.
create index if not exists threads_author on threads (author_id);

create table if not exists posts (
  id uuid primary key default gen_random_uuid(),
  thread_id uuid not null references threads (id) on delete cascade,
  author_id uuid references people (id) on delete set null,
  body text not null,
  version int8 not null default 1,
  score int8 not null default 0,
  created_at timestamptz(3) not null default now(),
  edited_at timestamptz(3),
  removed_at timestamptz(3)
);

-- The answers of a thread, in order.
create index if not exists posts_thread on posts (thread_id, created_at, id);

create index if not exists posts_author on posts (author_id);

-- What a thread or a post said before it was edited.
create table if not exists forum_edits (
  subject_id uuid not null,
  version int8 not null,
  title text,
  body text not null,
  at timestamptz(3) not null default now(),
  primary key (subject_id, version)
);

-- One vote of each person on a thread or a post.
create table if not exists forum_votes (
  subject_id uuid not null,
  person_id uuid not null references people (id) on delete cascade,
  value int8 not null check (value in (-1, 1)),
  primary key (subject_id, person_id)
);

create index if not exists forum_votes_person on forum_votes (person_id);

-- What somebody found should not stand there, once for each person and thing.
create table if not exists reports (
  id uuid primary key default gen_random_uuid(),
  course_id uuid not null references courses (id) on delete cascade,
  subject_kind text not null check (subject_kind in ('thread', 'post')),
  subject_id uuid not null,
  reporter_id uuid references people (id) on delete set null,
  reason text not null,
  at timestamptz(3) not null default now(),
  outcome text check (outcome in ('kept', 'removed')),
  decided_by uuid references people (id) on delete set null,
  decided_at timestamptz(3),
  unique (subject_id, reporter_id)
);

-- What is still to be decided in a course, the oldest first.
create index if not exists reports_open on reports (course_id, at, id) where outcome is null;

create table if not exists notifications (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references people (id) on delete cascade,
  kind text not null check (kind in ('answer', 'mention', 'accepted', 'report')),
  actor_id uuid references people (id) on delete set null,
  thread_id uuid not null references threads (id) on delete cascade,
  post_id uuid references posts (id) on delete cascade,
  at timestamptz(3) not null default now(),
  read_at timestamptz(3),
  mailed_at timestamptz(3)
);

-- What one is told, the latest first.
create index if not exists notifications_person on notifications (person_id, at desc, id desc);

-- What still waits for a letter.
create index if not exists notifications_unmailed on notifications (at) where read_at is null and mailed_at is null;

create index if not exists notifications_thread on notifications (thread_id);

alter table people add column if not exists digest text not null default 'daily' check (digest in ('daily', 'never'));

alter table people add column if not exists digest_at timestamptz(3);

-- What the last line of a digest leads to: no more of them, without signing in. Only a digest of the secret is kept.
create table if not exists unsubscriptions (
  token_hash text primary key,
  person_id uuid not null references people (id) on delete cascade,
  expires_at timestamptz(3) not null
);

create index if not exists unsubscriptions_expired on unsubscriptions (expires_at);

create index if not exists unsubscriptions_person on unsubscriptions (person_id);
