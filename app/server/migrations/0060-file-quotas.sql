-- What somebody, or a course, may keep in files, where administrators said something else than is said for all.
alter table people add column if not exists quota_bytes int8;

alter table courses add column if not exists quota_bytes int8;

-- What the sender says the whole file's SHA-256 is, in hexadecimal; null where she does not say.
alter table uploads add column if not exists sha256 text;
