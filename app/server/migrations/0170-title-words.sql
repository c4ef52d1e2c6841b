-- The words of a title with their endings: whoever types has no ending yet that could be taken off. See routes/courses/terms.ts.
alter table courses add column if not exists title_words tsvector;

-- Of courses that are there already, as people write French and English; the next change of a course has all its letters.
update courses set title_words = to_tsvector('simple', replace(replace(translate(translate(
    lower(title || ' ' || array_to_string(tags, ' ')), 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy'
  ), '''’!"#$%&()*+,-./:<=>?@[\]^_`{|}~«»…–—' || chr(59) || chr(160) || chr(8239), repeat(' ', 50)), 'œ', 'oe'), 'æ', 'ae'))
  where title_words is null and terms is not null;

-- The courses whose title has a word that begins as one types.
create index if not exists courses_title_words on courses using gin (title_words);
