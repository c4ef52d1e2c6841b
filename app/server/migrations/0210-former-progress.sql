-- Who had worked through a section that was taken out of its course: it comes back with the section, when a version is restored. The section
-- is gone, so that no key names it.
create table if not exists former_progress (
  person_id uuid not null references people (id) on delete cascade,
  course_id uuid not null references courses (id) on delete cascade,
  section_id uuid not null,
  at timestamptz(3) not null,
  removed_at timestamptz(3) not null default now(),
  primary key (person_id, course_id, section_id)
);

-- Sections of a course that come back, and a course that goes.
create index if not exists former_progress_course on former_progress (course_id, section_id);

-- Retention: what nobody brought back.
create index if not exists former_progress_removed on former_progress (removed_at);
