-- What people are found by, as `words` takes names and addresses apart, and of which name and address it is. A job writes those that are
-- older, so all of them at first. See routes/admin/people-words.ts.
alter table people add column if not exists words tsvector;
alter table people add column if not exists words_digest text not null default '';

-- People whose name or address has the words of a question.
create index if not exists people_found on people using gin (words);

-- The people whose words are older than their name and address.
create index if not exists people_older_words on people (id) where words_digest <> md5(name || ' ' || email);
