-- People and their courses, as students read them.
-- Every statement is safe to run again and runs alone: see database/migrate.ts.

create table if not exists people (
  id uuid primary key default gen_random_uuid(),
  email text not null unique,
  name text not null,
  role text not null check (role in ('student', 'teacher', 'administrator')),
  created_at timestamptz(3) not null default now()
);

create table if not exists courses (
  id uuid primary key default gen_random_uuid(),
  title text not null,
  summary text not null,
  subject text not null,
  level text not null,
  language text not null default 'fr',
  format text not null default 'markdown' check (format in ('markdown', 'text')),
  visibility text not null default 'public' check (visibility in ('public', 'invitation')),
  state text not null default 'draft' check (state in ('draft', 'published', 'archived', 'deleted')),
  version int8 not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  published_at timestamptz(3)
);

-- The list of courses: the newest first, page after page.
create index if not exists courses_listed on courses (published_at desc, id desc)
  where state = 'published' and visibility = 'public';

create table if not exists course_authors (
  course_id uuid not null references courses (id) on delete cascade,
  person_id uuid not null references people (id),
  position int8 not null,
  primary key (course_id, person_id)
);

-- A person's own courses.
create index if not exists course_authors_person on course_authors (person_id, course_id);

create table if not exists sections (
  id uuid primary key default gen_random_uuid(),
  course_id uuid not null references courses (id) on delete cascade,
  position int8 not null,
  title text not null,
  body text not null
);

-- A course's sections, in order.
create index if not exists sections_course on sections (course_id, position);

create table if not exists files (
  id uuid primary key default gen_random_uuid(),
  course_id uuid not null references courses (id) on delete cascade,
  name text not null,
  media_type text not null,
  size int8 not null,
  sha256 text not null,
  created_at timestamptz(3) not null default now(),
  unique (course_id, name)
);
