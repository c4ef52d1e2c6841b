-- An upload expires some time after its last piece, however long ago it was begun.
alter table uploads add column if not exists last_piece_at timestamptz(3) not null default now();

-- What nobody goes on with, once an hour.
create index if not exists uploads_last_piece on uploads (last_piece_at);

-- Nobody asks any more when one was begun.
drop index if exists uploads_created;
