-- How long a course takes to read, in minutes, as its sections say it; written with its words. See routes/courses/search-index.ts.
alter table courses add column if not exists minutes int8;

-- The job that writes words writes it for those that were there before.
update courses set words_version = 0 where minutes is null and words_version > 0;
