-- The forum of each course, and what people are told of it.

create table if not exists threads (
  id uuid primary key default gen_random_uuid(),
  course_id uuid not null references courses (id) on delete cascade,
  person_id uuid references people (id) on delete set null,
  title text not null,
  pinned int8 not null default 0 check (pinned in (0, 1)),
  locked boolean not null default false,
  accepted_post_id uuid,
  answer_count int8 not null default 0,
  created_at timestamptz(3) not null default now(),
  active_at timestamptz(3) not null default now()
);

-- The threads of a course: the pinned ones, then those where something happened last.
create index if not exists threads_listed on threads (course_id, pinned desc, active_at desc, id desc);

-- A person's threads: export, and erasing.
create index if not exists threads_person on threads (person_id);

-- The question itself, and the answers to it.
create table if not exists posts (
  id uuid primary key default gen_random_uuid(),
  thread_id uuid not null references threads (id) on delete cascade,
  person_id uuid references people (id) on delete set null,
  opening boolean not null default false,
  body text not null,
  score int8 not null default 0,
  version int8 not null default 1,
  created_at timestamptz(3) not null default now(),
  edited_at timestamptz(3),
  deleted_at timestamptz(3),
  deleted_by uuid
);

-- A thread's posts, in order.
create index if not exists posts_thread on posts (thread_id, created_at, id);

-- A person's posts: export, and erasing.
create index if not exists posts_person on posts (person_id);

-- Posts whose text need not be kept any longer.
create index if not exists posts_deleted on posts (deleted_at);

-- What a post said before it was edited.
create table if not exists post_revisions (
  post_id uuid not null references posts (id) on delete cascade,
  version int8 not null,
  person_id uuid references people (id) on delete set null,
  body text not null,
  at timestamptz(3) not null default now(),
  primary key (post_id, version)
);

-- One vote of each person.
create table if not exists post_votes (
  post_id uuid not null references posts (id) on delete cascade,
  person_id uuid not null references people (id) on delete cascade,
  at timestamptz(3) not null default now(),
  primary key (post_id, person_id)
);

-- Whom a post names.
create table if not exists post_mentions (
  post_id uuid not null references posts (id) on delete cascade,
  person_id uuid not null references people (id) on delete cascade,
  primary key (post_id, person_id)
);

-- What readers found wrong with a post; one report of each.
create table if not exists post_reports (
  post_id uuid not null references posts (id) on delete cascade,
  person_id uuid not null references people (id) on delete cascade,
  course_id uuid not null references courses (id) on delete cascade,
  reason text not null,
  at timestamptz(3) not null default now(),
  resolved_at timestamptz(3),
  resolved_by uuid,
  primary key (post_id, person_id)
);

-- The open reports of a course, the oldest first.
create index if not exists post_reports_open on post_reports (course_id, at, post_id) where resolved_at is null;

-- What somebody is told: each event once.
create table if not exists notifications (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references people (id) on delete cascade,
  kind text not null check (kind in ('question', 'answer', 'mention', 'accepted', 'report')),
  thread_id uuid not null references threads (id) on delete cascade,
  post_id uuid not null references posts (id) on delete cascade,
  actor_id uuid references people (id) on delete set null,
  created_at timestamptz(3) not null default now(),
  read_at timestamptz(3),
  mailed_at timestamptz(3),
  unique (person_id, kind, post_id)
);

-- A person's notifications, the newest first.
create index if not exists notifications_person on notifications (person_id, created_at desc, id desc);

-- How many are unread.
create index if not exists notifications_unread on notifications (person_id) where read_at is null;

-- Who is due a letter.
create index if not exists notifications_unmailed on notifications (created_at, person_id)
  where read_at is null and mailed_at is null;

create index if not exists notifications_expired on notifications (created_at);

-- What somebody wants to be told, and when the last letter left. The token lets a letter's reader end the letters.
create table if not exists notification_preferences (
  person_id uuid primary key references people (id) on delete cascade,
  digest boolean not null default true,
  muted text[] not null default '{}',
  token uuid not null unique default gen_random_uuid(),
  digest_at timestamptz(3)
);
