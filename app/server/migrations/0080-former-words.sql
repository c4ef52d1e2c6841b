-- What a question or an answer said before it was changed goes after a year: the oldest first.
create index if not exists forum_edits_at on forum_edits (at);
