-- Files under the type by which browsers know them, and replaced by newer ones.

-- What the sniffer calls otherwise than browsers do was saved instead of shown.
update files set media_type = 'audio/mp4' where media_type = 'audio/x-m4a';

update files set media_type = 'video/mp4' where media_type = 'video/x-m4v';

update files set media_type = 'image/png' where media_type = 'image/apng';

-- The file whose bytes an upload takes the place of; null for a new file. It may be gone by then.
alter table uploads add column if not exists replaces uuid;
