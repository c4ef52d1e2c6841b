-- Courses as authors make them and students find, join, follow and rate them.

alter table courses add column if not exists tags text[] not null default '{}';
alter table courses add column if not exists state_at timestamptz(3) not null default now();

-- What is searched: all words without accents and endings, and those of the title once more because they weigh more.
-- See routes/courses/terms.ts.
alter table courses add column if not exists terms tsvector;
alter table courses add column if not exists title_terms tsvector;

-- Sums of the ratings, and the mean that few votes move little: see routes/courses/ratings.ts.
alter table courses add column if not exists rating_count int8 not null default 0;
alter table courses add column if not exists rating_sum int8 not null default 0;
alter table courses add column if not exists rating_rank int8 not null default 60000;

-- The courses that a question finds.
create index if not exists courses_terms on courses using gin (terms);

-- The list of courses, the best rated first.
create index if not exists courses_rated on courses (rating_rank desc, id desc)
  where state = 'published' and visibility = 'public';

-- Deleted courses whose grace is over.
create index if not exists courses_deleted on courses (state_at) where state = 'deleted';

-- What a course said at each of its versions, for comparing and restoring.
create table if not exists course_revisions (
  course_id uuid not null references courses (id) on delete cascade,
  version int8 not null,
  person_id uuid references people (id) on delete set null,
  at timestamptz(3) not null default now(),
  content jsonb not null,
  primary key (course_id, version)
);

-- Who follows a course.
create table if not exists enrolments (
  person_id uuid not null references people (id) on delete cascade,
  course_id uuid not null references courses (id) on delete cascade,
  at timestamptz(3) not null default now(),
  primary key (person_id, course_id)
);

-- Who follows this course; taking everyone out with it.
create index if not exists enrolments_course on enrolments (course_id, at desc, person_id desc);

-- Sections that somebody has worked through.
create table if not exists section_progress (
  person_id uuid not null references people (id) on delete cascade,
  course_id uuid not null references courses (id) on delete cascade,
  section_id uuid not null references sections (id) on delete cascade,
  at timestamptz(3) not null default now(),
  primary key (person_id, course_id, section_id)
);

-- A section that is removed takes its marks with it.
create index if not exists section_progress_section on section_progress (section_id);

-- One rating of each student who follows a course.
create table if not exists ratings (
  course_id uuid not null references courses (id) on delete cascade,
  person_id uuid not null references people (id) on delete cascade,
  score int8 not null check (score between 0 and 100),
  at timestamptz(3) not null default now(),
  primary key (course_id, person_id)
);

-- What one has rated: export, and leaving.
create index if not exists ratings_person on ratings (person_id);

-- Ways into a course that is not public: a link for many, or a letter to one. Only a digest of the secret is kept.
create table if not exists invitations (
  id uuid primary key default gen_random_uuid(),
  course_id uuid not null references courses (id) on delete cascade,
  token_hash text not null unique,
  email text,
  created_by uuid references people (id) on delete set null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3),
  used_count int8 not null default 0
);

-- The invitations of a course, the newest first.
create index if not exists invitations_course on invitations (course_id, created_at desc, id desc);

create index if not exists invitations_expired on invitations (expires_at);
