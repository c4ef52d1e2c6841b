-- Indexes of the lists that administrators read; what they search for is found by words, see routes/admin/read.ts.

-- People whose name or address has the words of a question.
create index if not exists people_words on people using gin (
  to_tsvector('simple', translate(lower(name), 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿ''’', 'aaaaaaceeeeiiiinooooouuuuyy  ') || ' ' || translate(email, '@.-_+', '     '))
);

-- Every course, the latest change first.
create index if not exists courses_changed on courses (updated_at desc, id desc);

-- What was done to one thing, and the deeds of one kind; those of one person have an index of their own already.
create index if not exists audit_log_subject on audit_log (subject_id, at desc, id desc);

create index if not exists audit_log_action on audit_log (action, at desc, id desc);
