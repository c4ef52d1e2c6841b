-- What a course is found by: of which of its versions its words are, and its whole title as words. A job writes those that are older than
-- the course, so all of them at first, one by one. See routes/courses/words.ts.
alter table courses add column if not exists words_version int8 not null default 0;
alter table courses add column if not exists title_whole text;

-- The courses whose words are older than what they say.
create index if not exists courses_older_words on courses (id) where words_version < version;
