-- What somebody notes for themselves beside a section. No key names the section: one that is restored finds its notes again.
create table if not exists notes (
  person_id uuid not null references people (id) on delete cascade,
  course_id uuid not null references courses (id) on delete cascade,
  section_id uuid not null,
  body text not null,
  updated_at timestamptz(3) not null default now(),
  primary key (person_id, course_id, section_id)
);

-- A course that goes.
create index if not exists notes_course on notes (course_id);
