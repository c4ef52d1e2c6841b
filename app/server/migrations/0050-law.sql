-- What the law asks for, and what administrators see to.

-- Whose account goes, and when; until then it can be kept.
alter table people add column if not exists erase_at timestamptz(3);

create index if not exists people_erased on people (erase_at) where erase_at is not null;

-- The list of people, as administrators read it.
create index if not exists people_listed on people (created_at desc, id desc);

-- Under 15 a parent has to agree before there is an account.
alter table sign_ups add column if not exists guardian_email text;

alter table sign_ups add column if not exists consent_hash text;

alter table sign_ups add column if not exists consented_at timestamptz(3);

-- The letter of the parent.
create index if not exists sign_ups_consent on sign_ups (consent_hash);

-- What everybody is told for a while, in both languages.
create table if not exists notices (
  id uuid primary key default gen_random_uuid(),
  text_fr text not null,
  text_en text not null,
  starts_at timestamptz(3) not null default now(),
  ends_at timestamptz(3) not null
);

create index if not exists notices_ended on notices (ends_at);

-- Everything that is still to be decided, wherever.
create index if not exists reports_all_open on reports (at, id) where outcome is null;
