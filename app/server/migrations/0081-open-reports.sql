-- What is still to be decided anywhere, the latest first: the administrators' list.
create index if not exists reports_open_at on reports (at desc, id desc) where outcome is null;
