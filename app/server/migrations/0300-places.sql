-- Where somebody was in a course that they follow: in which section, and at which second of which of its recordings.
create table if not exists places (
  person_id uuid not null references people (id) on delete cascade,
  course_id uuid not null references courses (id) on delete cascade,
  section_id uuid not null references sections (id) on delete cascade,
  file text,
  seconds int8 not null default 0,
  at timestamptz(3) not null default now(),
  primary key (person_id, course_id)
);

-- A course that goes.
create index if not exists places_course on places (course_id);

-- A section that goes takes the places in it with it.
create index if not exists places_section on places (section_id);
