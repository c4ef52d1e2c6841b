-- Who says that they teach and has to be believed by an administrator first: since when they wait. Until then they are a student.
alter table people add column if not exists wants_to_teach_at timestamptz(3);

-- Those who wait, for the administrators.
create index if not exists people_wanting_to_teach on people (wants_to_teach_at desc, id desc) where wants_to_teach_at is not null;

-- What administrators have set for the whole site, as JSON; what is not there is as it comes. See routes/admin/settings.ts.
create table if not exists site_settings (
  name text primary key,
  value text not null,
  version int8 not null default 1
);
