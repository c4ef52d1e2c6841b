-- Whether anything names what lies in the store (for each key there, once an hour), and what became of an upload.
create index if not exists files_key on files (key) where key is not null;
