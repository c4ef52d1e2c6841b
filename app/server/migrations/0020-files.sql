-- Files of courses, and how they arrive piece by piece.

alter table files add column if not exists uploaded_by uuid references people (id) on delete set null;

-- Where the bytes are; null for what has none.
alter table files add column if not exists key text;

-- What one person has uploaded: her quota.
create index if not exists files_uploaded_by on files (uploaded_by);

-- What is on its way. The bytes so far are pieces in the store, each under the offset at which it begins; what counts is the offset here.
create table if not exists uploads (
  id text primary key,
  course_id uuid not null references courses (id) on delete cascade,
  person_id uuid not null references people (id) on delete cascade,
  name text not null,
  size int8 not null,
  received int8 not null default 0,
  metadata text not null default '',
  created_at timestamptz(3) not null default now()
);

-- What never arrived whole.
create index if not exists uploads_created on uploads (created_at);

create index if not exists uploads_person on uploads (person_id);

create index if not exists uploads_course on uploads (course_id);
