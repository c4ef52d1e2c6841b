-- Pages of the site itself that an administrator has written: who answers for it, what it keeps, its rules. Those that nobody wrote have
-- the text that comes with the app, see routes/site-pages/texts.ts.
create table if not exists site_pages (
  name text primary key,
  body text not null,
  version int8 not null default 1,
  updated_at timestamptz(3) not null default now()
);
