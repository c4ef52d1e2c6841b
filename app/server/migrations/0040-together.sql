-- Courses that several people write at once.

-- One document a course. `last_seq` numbers its updates without gaps: whoever adds one holds the row, so that a lower
-- number is never seen after a higher one, on either database and without a sequence. Up to `published_seq` it says what
-- the course said at `course_version`.
create table if not exists together_documents (
  course_id uuid primary key references courses (id) on delete cascade,
  last_seq int8 not null default 0,
  snapshot bytea,
  snapshot_seq int8 not null default 0,
  bytes int8 not null default 0,
  published_seq int8 not null default 0,
  course_version int8 not null default 0
);

-- What was typed since the snapshot, in order: reading a document, and what other servers added.
create table if not exists together_updates (
  course_id uuid not null references together_documents (course_id) on delete cascade,
  seq int8 not null,
  content bytea not null,
  at timestamptz(3) not null default now(),
  primary key (course_id, seq)
);

-- Who is there and where their cursors stand, one row of each server; old ones mean nothing.
create table if not exists together_presence (
  course_id uuid not null references courses (id) on delete cascade,
  server_id uuid not null,
  content bytea not null,
  at timestamptz(3) not null default now(),
  primary key (course_id, server_id)
);

create index if not exists together_presence_old on together_presence (at);
